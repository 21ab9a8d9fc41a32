package io.nearside.benchmarks;

import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.api.options.LocalCachedMapOptions.EvictionPolicy;
import org.redisson.api.options.LocalCachedMapOptions.SyncStrategy;
import org.redisson.client.codec.StringCodec;

/**
 * {@code RLocalCachedMap}: a hash in Redis with entries kept in this JVM, and changes announced to
 * the other ones.
 */
final class RedissonLocalMap implements Calls {
  private final RedissonClient client;
  private final RLocalCachedMap<String, Object> map;

  private RedissonLocalMap(
      String address,
      CacheShape shape,
      UnaryOperator<LocalCachedMapOptions<String, Object>> settings) {
    client = RawRedisson.client(address, StringCodec.INSTANCE);
    LocalCachedMapOptions<String, Object> options =
        LocalCachedMapOptions.<String, Object>name("benchmark-" + UUID.randomUUID())
            .cacheSize(shape.maximumSize())
            .evictionPolicy(EvictionPolicy.LRU)
            .timeToLive(Duration.ofNanos(CacheShape.TIME_TO_LIVE_NANOS))
            .syncStrategy(SyncStrategy.INVALIDATE);
    map = client.getLocalCachedMap(settings.apply(options));
  }

  /** With the library's own local cache, as its documentation shows it. */
  static RedissonLocalMap asDocumented(String address, CacheShape shape) {
    return new RedissonLocalMap(address, shape, options -> options);
  }

  /**
   * With keys that are looked up as they are, not by a hash of their bytes; the library refuses
   * that together with Caffeine as the local cache.
   */
  static RedissonLocalMap keysAsObjects(String address, CacheShape shape) {
    return new RedissonLocalMap(address, shape, options -> options.useObjectAsCacheKey(true));
  }

  @Override
  public @Nullable Object get(String key) {
    return map.get(key);
  }

  @Override
  public void put(String key, Object value) {
    map.fastPut(key, value);
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
