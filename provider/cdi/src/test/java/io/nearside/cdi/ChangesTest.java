package io.nearside.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheValue;
import org.jboss.weld.environment.se.WeldContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangesTest {
  private static WeldContainer container;
  private static Shop shop;
  private static Cache<Object, Object> cache;

  @BeforeAll
  static void start() {
    container = Containers.of(Shop.class, Transaction.class);
    shop = container.select(Shop.class).get();
    shop.clear(null);
    cache = container.select(CacheManager.class).get().getCache("shop");
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  @BeforeEach
  void fill() {
    cache.clear();
    cache.put(CallKey.of(1L), "old");
    cache.put(CallKey.of(2L), "old");
  }

  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  @interface InTransaction {}

  /** Stands where containers put theirs. */
  @InTransaction
  @Interceptor
  @Priority(Interceptor.Priority.PLATFORM_BEFORE + 200)
  static class Transaction {
    static Object atCommit;

    @AroundInvoke
    Object around(InvocationContext context) throws Exception {
      Object result = context.proceed();
      atCommit = cache.get(CallKey.of(1L));
      return result;
    }
  }

  @ApplicationScoped
  @CacheDefaults(cacheName = "shop")
  static class Shop {
    static void end(Exception failure) throws Exception {
      if (failure != null) {
        throw failure;
      }
    }

    @CachePut
    void put(long id, @CacheValue String price) {}

    @CachePut
    Object seen(@CacheKey long id, @CacheValue String price, String other) {
      return cache.get(CallKey.of(id));
    }

    @CachePut(afterInvocation = false)
    Object seenBefore(@CacheKey long id, @CacheValue String price, Exception failure)
        throws Exception {
      end(failure);
      return cache.get(CallKey.of(id));
    }

    @CachePut
    void putUnless(@CacheKey long id, @CacheValue String price, Exception failure)
        throws Exception {
      end(failure);
    }

    @CachePut(cacheFor = IOException.class)
    void putFor(@CacheKey long id, @CacheValue String price, Exception failure) throws Exception {
      end(failure);
    }

    @CachePut(noCacheFor = IOException.class)
    void putNotFor(@CacheKey long id, @CacheValue String price, Exception failure)
        throws Exception {
      end(failure);
    }

    @CacheRemove
    Object remove(long id) {
      return cache.get(CallKey.of(id));
    }

    @CacheRemove
    @InTransaction
    void removeInTransaction(long id) {}

    @CacheRemove(afterInvocation = false)
    Object removeBefore(@CacheKey long id, Exception failure) throws Exception {
      end(failure);
      return cache.get(CallKey.of(id));
    }

    @CacheRemove
    void removeUnless(@CacheKey long id, Exception failure) throws Exception {
      end(failure);
    }

    @CacheRemove(evictFor = IOException.class)
    void removeFor(@CacheKey long id, Exception failure) throws Exception {
      end(failure);
    }

    @CacheRemove(noEvictFor = IOException.class)
    void removeNotFor(@CacheKey long id, Exception failure) throws Exception {
      end(failure);
    }

    @CacheRemove(evictFor = Exception.class, noEvictFor = IOException.class)
    void removeForBoth(@CacheKey long id, Exception failure) throws Exception {
      end(failure);
    }

    @CacheRemoveAll
    Object clear(String why) {
      return (cache == null) ? null : cache.get(CallKey.of(1L));
    }

    @CacheRemoveAll(afterInvocation = false)
    Object clearBefore() {
      return cache.get(CallKey.of(1L));
    }

    @CacheRemoveAll(afterInvocation = false)
    void clearBeforeFailing(Exception failure) throws Exception {
      end(failure);
    }

    @CacheRemoveAll
    void clearUnless(Exception failure) throws Exception {
      end(failure);
    }

    @CacheRemoveAll(noEvictFor = IOException.class)
    void clearNotFor(Exception failure) throws Exception {
      end(failure);
    }

    @CacheRemoveAll(evictFor = Exception.class, noEvictFor = IOException.class)
    void clearForBoth(Exception failure) throws Exception {
      end(failure);
    }

    @CachePut(cacheFor = Exception.class, noCacheFor = IOException.class)
    void putForBoth(@CacheKey long id, @CacheValue String price, Exception failure)
        throws Exception {
      end(failure);
    }

    @CacheRemoveAll(evictFor = IOException.class)
    void clearFor(Exception failure) throws Exception {
      end(failure);
    }
  }

  private interface Change {
    void run(Exception failure) throws Exception;
  }

  private static String after(Change change, Exception failure) {
    assertThatThrownBy(() -> change.run(failure)).isSameAs(failure);
    String now = String.valueOf(cache.get(CallKey.of(1L)));
    cache.put(CallKey.of(1L), "old");
    return now;
  }

  private static final Exception IO = new IOException("gone");
  private static final Exception ODD = new IllegalStateException("odd");

  @Test
  void putsAfterTheCallOrBefore() throws Exception {
    shop.put(3, "new");
    assertThat(cache.get(CallKey.of(3L))).isEqualTo("new");
    assertThat(shop.seen(1, "new", "x")).isEqualTo("old");
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("new");
    assertThat(shop.seenBefore(1, "newer", null)).isEqualTo("newer");
    assertThat(after(f -> shop.seenBefore(1, "newest", f), IO)).isEqualTo("newest");
  }

  @Test
  void failuresPreventPutsUnlessTheyAreListed() {
    assertThat(after(f -> shop.putUnless(1, "new", f), IO)).isEqualTo("old");
    assertThat(after(f -> shop.putFor(1, "new", f), IO)).isEqualTo("new");
    assertThat(after(f -> shop.putFor(1, "new", f), ODD)).isEqualTo("old");
    assertThat(after(f -> shop.putNotFor(1, "new", f), IO)).isEqualTo("old");
    assertThat(after(f -> shop.putNotFor(1, "new", f), ODD)).isEqualTo("new");
    assertThat(after(f -> shop.putForBoth(1, "new", f), IO)).isEqualTo("old");
    assertThat(after(f -> shop.putForBoth(1, "new", f), ODD)).isEqualTo("new");
  }

  @Test
  void aNullIsNotPut() {
    assertThatThrownBy(() -> shop.put(1, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage(
            "io.nearside.cdi.ChangesTest$Shop.put(long,java.lang.String): the argument for"
                + " @CacheValue is null, which no cache stores");
    assertThat(cache.get(CallKey.of(1L))).isEqualTo("old");
  }

  @Test
  void removesAfterTheCallOrBefore() throws Exception {
    assertThat(shop.remove(1)).isEqualTo("old");
    assertThat(cache.containsKey(CallKey.of(1L))).isFalse();
    assertThat(cache.containsKey(CallKey.of(2L))).isTrue();
    assertThat(shop.removeBefore(2, null)).isNull();
    cache.put(CallKey.of(1L), "old");
    assertThat(after(f -> shop.removeBefore(1, f), IO)).isEqualTo("null");
  }

  @Test
  void removesAfterTheCommit() {
    shop.removeInTransaction(1);
    assertThat(Transaction.atCommit).isEqualTo("old");
    assertThat(cache.containsKey(CallKey.of(1L))).isFalse();
  }

  @Test
  void failuresPreventRemovalsUnlessTheyAreListed() {
    assertThat(after(f -> shop.removeUnless(1, f), IO)).isEqualTo("old");
    assertThat(after(f -> shop.removeFor(1, f), IO)).isEqualTo("null");
    assertThat(after(f -> shop.removeFor(1, f), ODD)).isEqualTo("old");
    assertThat(after(f -> shop.removeNotFor(1, f), IO)).isEqualTo("old");
    assertThat(after(f -> shop.removeNotFor(1, f), ODD)).isEqualTo("null");
    assertThat(after(f -> shop.removeForBoth(1, f), IO)).isEqualTo("old");
    assertThat(after(f -> shop.removeForBoth(1, f), ODD)).isEqualTo("null");
    assertThat(after(shop::clearFor, IO)).isEqualTo("null");
    assertThat(after(shop::clearFor, ODD)).isEqualTo("old");
    assertThat(after(shop::clearUnless, IO)).isEqualTo("old");
    assertThat(after(shop::clearNotFor, IO)).isEqualTo("old");
    assertThat(after(shop::clearNotFor, ODD)).isEqualTo("null");
    assertThat(after(shop::clearForBoth, IO)).isEqualTo("old");
    assertThat(after(shop::clearForBoth, ODD)).isEqualTo("null");
    assertThat(after(shop::clearBeforeFailing, IO)).isEqualTo("null");
  }

  @Test
  void removesAllAfterTheCallOrBefore() {
    assertThat(shop.clear("x")).isEqualTo("old");
    assertThat(cache).isEmpty();
    fill();
    assertThat(shop.clearBefore()).isNull();
  }
}
