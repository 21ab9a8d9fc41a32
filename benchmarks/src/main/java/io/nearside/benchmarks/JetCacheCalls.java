package io.nearside.benchmarks;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.MultiLevelCacheBuilder;
import com.alicp.jetcache.SimpleCacheManager;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.alicp.jetcache.redisson.RedissonCacheBuilder;
import com.alicp.jetcache.support.BroadcastManager;
import com.alicp.jetcache.support.CacheNotifyMonitor;
import com.alicp.jetcache.support.Kryo5ValueDecoder;
import com.alicp.jetcache.support.Kryo5ValueEncoder;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;

/**
 * JetCache with two levels, Caffeine over Redis by Redisson, that tells other JVMs of changes
 * ({@code syncLocal}); without statistics.
 */
final class JetCacheCalls implements Calls {
  private static final String NAME = "benchmark";

  private final RedissonClient client;
  private final SimpleCacheManager manager = new SimpleCacheManager();
  private final Cache<String, Object> cache;

  JetCacheCalls(String address, CacheShape shape) {
    client = RawRedisson.client(address, ByteArrayCodec.INSTANCE);
    String prefix = NAME + "-" + UUID.randomUUID() + ":";
    var remote =
        RedissonCacheBuilder.createBuilder()
            .redissonClient(client)
            .keyPrefix(prefix)
            .broadcastChannel(prefix + "changes")
            .valueEncoder(Kryo5ValueEncoder.INSTANCE)
            .valueDecoder(Kryo5ValueDecoder.INSTANCE)
            .expireAfterWrite(CacheShape.TIME_TO_LIVE_NANOS, TimeUnit.NANOSECONDS);
    var local =
        CaffeineCacheBuilder.createCaffeineCacheBuilder()
            .limit(shape.maximumSize())
            .expireAfterWrite(CacheShape.TIME_TO_LIVE_NANOS, TimeUnit.NANOSECONDS);
    cache =
        MultiLevelCacheBuilder.createMultiLevelCacheBuilder()
            .addCache(local.buildCache(), remote.buildCache())
            .expireAfterWrite(CacheShape.TIME_TO_LIVE_NANOS, TimeUnit.NANOSECONDS)
            .buildCache();
    manager.putCache(NAME, cache);
    announceChanges(remote.createBroadcastManager(manager));
  }

  private void announceChanges(BroadcastManager changes) {
    changes.startSubscribe();
    manager.putBroadcastManager(changes);
    cache.config().getMonitors().add(new CacheNotifyMonitor(manager, NAME));
  }

  @Override
  public @Nullable Object get(String key) {
    return cache.get(key);
  }

  @Override
  public void put(String key, Object value) {
    cache.put(key, value);
  }

  @Override
  public void close() {
    manager.close();
    client.shutdown();
  }
}
