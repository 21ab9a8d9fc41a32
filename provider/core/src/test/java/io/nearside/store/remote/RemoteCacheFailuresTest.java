package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.RemoteUnavailableException;
import io.nearside.spi.NearsideCachingProvider;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a cache that is fail-safe does while Redis is away, and when it is back. */
class RemoteCacheFailuresTest {
  private final LocalRedis redis = LocalRedis.down();
  private final NearsideCachingProvider provider = new NearsideCachingProvider();
  private final NearsideCachingProvider other = new NearsideCachingProvider();

  private Cache<Integer, String> cache(MutableConfiguration<Integer, String> configuration) {
    return cache(provider, configuration);
  }

  private Cache<Integer, String> cache(
      NearsideCachingProvider of, MutableConfiguration<Integer, String> configuration) {
    URI uri = URI.create("redis://127.0.0.1:" + redis.port + "?namespace=test&topology=remote");
    return of.getCacheManager(uri, getClass().getClassLoader())
        .createCache("c", configuration.setTypes(Integer.class, String.class));
  }

  private static MutableConfiguration<Integer, String> plain() {
    return new MutableConfiguration<>();
  }

  private static void awaitRedis(Cache<Integer, String> cache) {
    await()
        .ignoreExceptionsInstanceOf(CacheException.class)
        .until(() -> cache.putIfAbsent(99, "x") || cache.containsKey(99));
  }

  @AfterEach
  void stop() {
    provider.close();
    other.close();
    redis.close();
  }

  /** Knows all numbers. */
  private static final class Numbers implements CacheLoader<Integer, String> {
    @Override
    public String load(Integer key) {
      return "" + key;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> all = new HashMap<>();
      keys.forEach(key -> all.put(key, load(key)));
      return all;
    }
  }

  /** Of a user's own, so that it is asked each time. */
  private static final class Hour implements ExpiryPolicy {
    final AtomicInteger creations = new AtomicInteger();
    final AtomicInteger updates = new AtomicInteger();

    @Override
    public Duration getExpiryForCreation() {
      creations.incrementAndGet();
      return Duration.ONE_HOUR;
    }

    @Override
    public Duration getExpiryForAccess() {
      return null;
    }

    @Override
    public Duration getExpiryForUpdate() {
      updates.incrementAndGet();
      return Duration.ONE_HOUR;
    }
  }

  @Test
  void bulkOperationsGoOnWithoutAServerThatWasNeverThere() {
    Cache<Integer, String> cache =
        cache(plain().setReadThrough(true).setCacheLoaderFactory(Numbers::new));
    cache.putAll(Map.of(1, "a", 2, "b"));
    cache.removeAll(Set.of(1, 2));
    assertThat(cache.getAll(Set.of(1, 2))).isEqualTo(Map.of(1, "1", 2, "2"));
  }

  @Test
  void aCacheThatCouldNotBeDestroyedIsClosedAllTheSame() {
    redis.start();
    Cache<Integer, String> cache = cache(plain());
    awaitRedis(cache);
    redis.stop();
    assertThatThrownBy(() -> cache.getCacheManager().destroyCache("c"))
        .isInstanceOf(CacheException.class);
    assertThat(cache.isClosed()).isTrue();
  }

  @Test
  void anOldValueDoesNotOutliveAPutUnderAPolicyThatCouldNotBeStored() {
    redis.start();
    Cache<Integer, String> cache = cache(plain().setExpiryPolicyFactory(Hour::new));
    awaitRedis(cache);
    cache.put(1, "old");
    redis.stop();
    cache.put(1, "new");
    redis.goOn();
    await().until(() -> !"old".equals(cache.get(1)));
    assertThat(cache.get(1)).isNull();
  }

  @Test
  void nothingOutlivesARemoveAllThatCouldNotBeDone() {
    redis.start();
    Cache<Integer, String> cache = cache(plain());
    awaitRedis(cache);
    cache.put(1, "old");
    redis.stop();
    cache.removeAll();
    redis.goOn();
    assertThat(cache.containsKey(1)).isFalse();
  }

  @Test
  void nothingComparedIsGuessedWhileAKeyWaitsToBeRemoved() {
    redis.start();
    Cache<Integer, String> cache = cache(plain());
    awaitRedis(cache);
    cache.put(1, "old");
    redis.stop();
    cache.put(1, "new");
    assertThatThrownBy(() -> cache.replace(1, "old", "newer"))
        .isInstanceOf(RemoteUnavailableException.class);
    redis.goOn();
  }

  @Test
  void aValueThatCantBeStoredDoesNotLeaveTheOneBeforeTheSource() {
    redis.start();
    Map<Integer, String> source = new HashMap<>();
    Cache<Integer, String> cache =
        cache(plain().setWriteThrough(true).setCacheWriterFactory(() -> writer(source)));
    awaitRedis(cache);
    cache.put(1, "old");
    assertThatThrownBy(() -> cache.put(1, random(4 << 20))).isInstanceOf(CacheException.class);
    assertThat(source.get(1)).hasSize(4 << 20);
    assertThat(cache.get(1)).isNull();
    assertThatThrownBy(() -> cache.putAll(Map.of(99, random(4 << 20))))
        .isInstanceOf(CacheException.class);
    assertThat(cache.get(99)).isNull();
  }

  private static String random(int length) {
    StringBuilder text = new StringBuilder(length);
    io.nearside.store.Seeds.random(11).ints(length, ' ', 0x7f).forEach(c -> text.append((char) c));
    return text.toString();
  }

  private static CacheWriter<Integer, String> writer(Map<Integer, String> source) {
    return new CacheWriter<>() {
      @Override
      public void write(Cache.Entry<? extends Integer, ? extends String> entry) {
        source.put(entry.getKey(), entry.getValue());
      }

      @Override
      public void writeAll(
          java.util.Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {
        entries.forEach(this::write);
        entries.clear();
      }

      @Override
      public void delete(Object key) {
        source.remove(key);
      }

      @Override
      public void deleteAll(java.util.Collection<?> keys) {
        keys.forEach(source::remove);
        keys.clear();
      }
    };
  }

  @Test
  void aPolicyIsAskedOnceHoweverOftenAProcessorRuns() {
    redis.start();
    Hour hour = new Hour();
    Cache<Integer, String> cache = cache(plain().setExpiryPolicyFactory(() -> hour));
    Cache<Integer, String> elsewhere = cache(other, plain());
    awaitRedis(cache);
    cache.put(1, "a");
    int before = hour.updates.get();
    AtomicInteger runs = new AtomicInteger();
    cache.invoke(
        1,
        (entry, arguments) -> {
          if (runs.incrementAndGet() < 3) {
            elsewhere.put(1, "b" + runs);
          }
          entry.setValue("c");
          return null;
        });
    assertThat(runs).hasValue(3);
    assertThat(hour.updates.get() - before).isEqualTo(1);
  }

  @Test
  void aReplacingLoadThatALaterOneOvertookEnds() throws Exception {
    redis.start();
    Cache<Integer, String> later =
        cache(other, plain().setExpiryPolicyFactory(Hour::new).setCacheLoaderFactory(Numbers::new));
    awaitRedis(later);
    CacheLoader<Integer, String> slow =
        new CacheLoader<>() {
          @Override
          public String load(Integer key) {
            return "slow";
          }

          @Override
          public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
            reload(later);
            return Map.of(1, "slow");
          }
        };
    Cache<Integer, String> cache =
        cache(plain().setExpiryPolicyFactory(Hour::new).setCacheLoaderFactory(() -> slow));
    awaitRedis(cache);
    cache.put(1, "a");
    reload(cache);
    assertThat(cache.get(1)).isEqualTo("1");
  }

  private static void reload(Cache<Integer, String> cache) {
    javax.cache.integration.CompletionListenerFuture end =
        new javax.cache.integration.CompletionListenerFuture();
    cache.loadAll(Set.of(1), true, end);
    try {
      end.get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
