package io.nearside.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheInvocationContext;
import javax.cache.annotation.CacheInvocationParameter;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheKeyInvocationContext;
import javax.cache.annotation.CacheMethodDetails;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import javax.cache.annotation.GeneratedCacheKey;
import javax.cache.configuration.MutableConfiguration;
import org.jboss.weld.environment.se.WeldContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Factories of resolvers, and generators of keys, that applications write. */
class ResolversTest {
  private static final AtomicInteger CALLS = new AtomicInteger();

  private static WeldContainer container;
  private static CacheManager manager;
  private static Stock stock;
  private static Wrong wrong;

  @BeforeAll
  static void start() {
    container =
        Containers.of(Stock.class, Heir.class, Wrong.class, ByTenant.class, One.class, Other.class);
    manager = container.select(CacheManager.class).get();
    stock = container.select(Stock.class).get();
    wrong = container.select(Wrong.class).get();
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  @BeforeEach
  void forget() {
    manager.getCacheNames().forEach(name -> manager.getCache(name).clear());
    CALLS.set(0);
  }

  private static Cache<Object, Object> cache(String name) {
    Cache<Object, Object> cache = manager.getCache(name);
    return cache == null ? manager.createCache(name, new MutableConfiguration<>()) : cache;
  }

  /** A cache for each tenant, who is the first argument. */
  @ApplicationScoped
  static class ByTenant implements CacheResolverFactory {
    static final List<CacheMethodDetails<?>> METHODS = new ArrayList<>();
    static CacheInvocationContext<?> last;

    @Inject CacheManager manager;

    @Override
    public CacheResolver getCacheResolver(CacheMethodDetails<? extends Annotation> method) {
      METHODS.add(method);
      return resolver(method.getCacheName());
    }

    @Override
    public CacheResolver getExceptionCacheResolver(CacheMethodDetails<CacheResult> method) {
      return resolver(method.getCacheAnnotation().exceptionCacheName());
    }

    private static CacheResolver resolver(String name) {
      return new CacheResolver() {
        @Override
        @SuppressWarnings("unchecked") // of any types
        public <K, V> Cache<K, V> resolveCache(CacheInvocationContext<? extends Annotation> call) {
          last = call;
          return (Cache<K, V>) cache(name + "-" + call.getAllParameters()[0].getValue());
        }
      };
    }
  }

  /** By whatever is the key's last part, so that several calls have one entry. */
  static class ByLast implements CacheKeyGenerator {
    @Override
    public GeneratedCacheKey generateCacheKey(
        CacheKeyInvocationContext<? extends Annotation> call) {
      CacheInvocationParameter[] key = call.getKeyParameters();
      return CallKey.of(key[key.length - 1].getValue());
    }
  }

  @ApplicationScoped
  @CacheDefaults(cacheName = "stock", cacheResolverFactory = ByTenant.class)
  static class Stock {
    @CacheResult
    String find(@CacheKey String tenant, @CacheKey long id) {
      return "found " + CALLS.incrementAndGet();
    }

    @CachePut
    void put(@CacheKey String tenant, @CacheKey long id, @CacheValue String item) {}

    @CacheRemove
    void remove(String tenant, long id) {}

    @CacheRemoveAll
    void clear(String tenant) {}

    @CacheResult(exceptionCacheName = "stockFailures")
    String failing(String tenant) throws IOException {
      CALLS.incrementAndGet();
      throw new IOException("gone");
    }

    @CachePut(cacheKeyGenerator = ByLast.class)
    void putByLast(String tenant, long id, @CacheValue String item) {}

    @CacheRemove(cacheKeyGenerator = ByLast.class)
    void removeByLast(String tenant, String why, long id) {}
  }

  /** Has the defaults of the class above. */
  @ApplicationScoped
  @Typed(Heir.class)
  static class Heir extends Stock {
    @CachePut
    void putOwn(@CacheKey String tenant, @CacheKey long id, @CacheValue String item) {}
  }

  @Test
  void eachAnnotationGoesByTheFactoryOfItsClass() {
    stock.put("a", 1, "tea");
    assertThat(cache("stock-a").get(CallKey.of("a", 1L))).isEqualTo("tea");
    assertThat(stock.find("a", 1)).isEqualTo("tea");
    assertThat(stock.find("b", 1)).isEqualTo("found 1");
    assertThat(cache("stock-b").get(CallKey.of("b", 1L))).isEqualTo("found 1");

    stock.remove("a", 1);
    assertThat(cache("stock-a")).isEmpty();
    stock.clear("a");
    assertThat(cache("stock-b")).as("another tenant's").isNotEmpty();
    stock.clear("b");
    assertThat(cache("stock-b")).isEmpty();
    assertThat(manager.getCache("stock")).isNull();
  }

  @Test
  void defaultsAreInherited() {
    container.select(Heir.class).get().putOwn("a", 1, "tea");
    assertThat(cache("stock-a").get(CallKey.of("a", 1L))).isEqualTo("tea");
  }

  @Test
  void aResolverSeesTheCall() throws Exception {
    stock.put("a", 1, "tea");
    CacheInvocationContext<?> call = ByTenant.last;
    assertThat(call.getTarget()).isInstanceOf(Stock.class);
    assertThat(call.getCacheName()).isEqualTo("stock");
    assertThat(call.getCacheAnnotation()).isInstanceOf(CachePut.class);
    assertThat(call.getAnnotations()).containsExactly((Annotation) call.getCacheAnnotation());
    assertThat(call.getMethod().getName()).isEqualTo("put");
    CacheInvocationParameter[] all = call.getAllParameters();
    assertThat(all).extracting(CacheInvocationParameter::getValue).containsExactly("a", 1L, "tea");
    assertThat(all)
        .extracting(CacheInvocationParameter::getRawType)
        .containsExactly(String.class, long.class, String.class);
    assertThat(all)
        .extracting(CacheInvocationParameter::getParameterPosition)
        .containsExactly(0, 1, 2);
    assertThat(all[2].getAnnotations()).hasAtLeastOneElementOfType(CacheValue.class);
    CacheKeyInvocationContext<?> withKey = call.unwrap(CacheKeyInvocationContext.class);
    assertThat(withKey.getKeyParameters())
        .extracting(CacheInvocationParameter::getValue)
        .containsExactly("a", 1L);
    assertThat(withKey.getValueParameter().getValue()).isEqualTo("tea");
    assertThatThrownBy(() -> call.unwrap(String.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a call can't be unwrapped to java.lang.String");
  }

  @Test
  void aFactoryIsAskedOnceForAMethod() {
    stock.find("a", 1);
    int before = ByTenant.METHODS.size();
    stock.find("a", 2);
    stock.find("b", 2);
    assertThat(ByTenant.METHODS).hasSize(before);
    assertThat(ByTenant.METHODS)
        .filteredOn(method -> method.getMethod().getName().equals("find"))
        .singleElement()
        .satisfies(method -> {
          assertThat(method.getCacheName()).isEqualTo("stock");
          assertThat(method.getCacheAnnotation()).isInstanceOf(CacheResult.class);
        });
  }

  @Test
  void failuresAreKeptWhereItsResolverForThemSays() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> stock.failing("a")).isInstanceOf(IOException.class);
    }
    assertThat(CALLS).hasValue(1);
    assertThat(cache("stockFailures-a").get(CallKey.of("a"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> stock.failing("b")).isInstanceOf(IOException.class);
    assertThat(CALLS).hasValue(2);
  }

  @Test
  void changesMayHaveKeysOfTheirOwn() {
    stock.putByLast("a", 1, "tea");
    assertThat(cache("stock-a").get(CallKey.of(1L))).isEqualTo("tea");
    stock.removeByLast("a", "sold", 1);
    assertThat(cache("stock-a")).isEmpty();
  }

  static class NoResolver implements CacheResolverFactory {
    @Override
    public CacheResolver getCacheResolver(CacheMethodDetails<? extends Annotation> method) {
      return null;
    }

    @Override
    public CacheResolver getExceptionCacheResolver(CacheMethodDetails<CacheResult> method) {
      return null;
    }
  }

  static class NoResolverOfFailures extends NoResolver {
    @Override
    public CacheResolver getCacheResolver(CacheMethodDetails<? extends Annotation> method) {
      return new NoCache();
    }
  }

  static class NoCache implements CacheResolver {
    @Override
    public <K, V> Cache<K, V> resolveCache(CacheInvocationContext<? extends Annotation> call) {
      return null;
    }
  }

  static class NoCaches extends NoResolverOfFailures {}

  static class NoKey implements CacheKeyGenerator {
    @Override
    public GeneratedCacheKey generateCacheKey(
        CacheKeyInvocationContext<? extends Annotation> call) {
      return null;
    }
  }

  static class Unmakeable extends ByLast {
    Unmakeable(String argument) {}
  }

  @ApplicationScoped
  static class One implements CacheKeyGenerator {
    @Override
    public GeneratedCacheKey generateCacheKey(
        CacheKeyInvocationContext<? extends Annotation> call) {
      return CallKey.of("one");
    }
  }

  @ApplicationScoped
  static class Other extends One {}

  @ApplicationScoped
  static class Wrong {
    @CacheResult(cacheResolverFactory = NoResolver.class)
    String noResolver(long id) {
      return "x";
    }

    @CacheResult(cacheResolverFactory = NoResolverOfFailures.class, exceptionCacheName = "f")
    String noResolverOfFailures(long id) {
      return "x";
    }

    @CacheRemoveAll(cacheResolverFactory = NoCaches.class)
    void noCache() {}

    @CacheRemove(cacheName = "stock", cacheKeyGenerator = NoKey.class)
    void noKey(long id) {}

    @CacheRemove(cacheName = "stock", cacheKeyGenerator = Unmakeable.class)
    void unmakeable(long id) {}

    @CacheRemove(cacheName = "stock", cacheKeyGenerator = One.class)
    void ambiguous(long id) {}
  }

  private static void assertRefused(Runnable call, String message) {
    String type = ResolversTest.class.getName() + "$";
    assertThatThrownBy(call::run)
        .isInstanceOf(CacheException.class)
        .hasMessage(message.replace("$", type));
  }

  @Test
  void whoGivesNothingIsNamed() {
    assertRefused(
        () -> wrong.noResolver(1), "$Wrong.noResolver(long): $NoResolver gave no resolver");
    assertRefused(
        () -> wrong.noResolverOfFailures(1),
        "$Wrong.noResolverOfFailures(long): $NoResolverOfFailures gave no resolver");
    assertRefused(wrong::noCache, "$Wrong.noCache(): $NoCache gave no cache");
    assertRefused(() -> wrong.noKey(1), "$Wrong.noKey(long): $NoKey gave no key");
  }

  @Test
  void whatCanNotBeHadIsNamed() {
    assertRefused(
        () -> wrong.unmakeable(1),
        "$Wrong.unmakeable(long): can't make a $Unmakeable; let it be a bean, or have a constructor"
            + " without parameters");
    assertRefused(
        () -> wrong.ambiguous(1), "$Wrong.ambiguous(long): there are several beans of $One");
  }
}
