package io.nearside.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nearside.Topology;
import io.nearside.benchmarks.RemoteSubject.Watching;
import io.nearside.config.NearsideConfiguration;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.processor.EntryProcessor;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.jcache.configuration.RedissonConfiguration;

/** A JCache cache in Redis. */
final class JCacheCalls implements RemoteCalls {
  private static final EntryProcessor<String, Object, @Nullable Object> SET =
      (entry, arguments) -> {
        Object before = entry.getValue();
        entry.setValue(arguments[0]);
        return before;
      };

  private final Cache<String, Object> cache;
  private final Runnable close;

  private JCacheCalls(Cache<String, Object> cache, Runnable close) {
    this.cache = cache;
    this.close = close;
  }

  static JCacheCalls overNearside(String address) {
    return overNearside(address, Watching.STATISTICS);
  }

  static JCacheCalls overNearside(String address, Watching watching) {
    Properties properties = new Properties();
    if (watching == Watching.METERS) {
      properties.put("nearside.meterRegistry", new SimpleMeterRegistry());
    }
    Opened<String, Object> opened =
        open(
            address,
            configuration().setStatisticsEnabled(watching != Watching.NOTHING),
            properties);
    return new JCacheCalls(opened.cache, opened.close);
  }

  /**
   * @param address of the Redis; null without one
   */
  static JCacheCalls overNearside(@Nullable String address, Topology topology, CacheShape shape) {
    return overNearside(
        address,
        NearsideConfiguration.builder(String.class, valueType())
            .topology(topology)
            .timeToLive(Duration.ofNanos(CacheShape.TIME_TO_LIVE_NANOS))
            .local(local -> local.maximumSize(shape.maximumSize()))
            .statistics(true)
            .build());
  }

  private static JCacheCalls overNearside(
      @Nullable String address, CompleteConfiguration<String, Object> configuration) {
    Opened<String, Object> opened = open(address, configuration);
    return new JCacheCalls(opened.cache, opened.close);
  }

  /** A cache with its manager. */
  record Opened<K, V>(Cache<K, V> cache, Runnable close) {}

  /**
   * Of Nearside.
   *
   * @param address of the Redis; null without one
   */
  static <K, V> Opened<K, V> open(
      @Nullable String address, CompleteConfiguration<K, V> configuration) {
    return open(address, configuration, new Properties());
  }

  private static <K, V> Opened<K, V> open(
      @Nullable String address, CompleteConfiguration<K, V> configuration, Properties properties) {
    CachingProvider provider =
        Caching.getCachingProvider("io.nearside.spi.NearsideCachingProvider");
    URI uri =
        (address == null)
            ? provider.getDefaultURI()
            : URI.create(address + "?topology=remote&namespace=benchmark-" + UUID.randomUUID());
    CacheManager manager =
        provider.getCacheManager(uri, provider.getDefaultClassLoader(), properties);
    return new Opened<>(manager.createCache("benchmark", configuration), manager::close);
  }

  static JCacheCalls overRedisson(String address) {
    RedissonClient client = RawRedisson.client(address, StringCodec.INSTANCE);
    CachingProvider provider = Caching.getCachingProvider("org.redisson.jcache.JCachingProvider");
    CacheManager manager = provider.getCacheManager();
    Cache<String, Object> cache =
        manager.createCache(
            "benchmark-" + UUID.randomUUID(),
            RedissonConfiguration.fromInstance(client, configuration()));
    return new JCacheCalls(
        cache,
        () -> {
          manager.close();
          client.shutdown();
        });
  }

  private static MutableConfiguration<String, Object> configuration() {
    return new MutableConfiguration<String, Object>()
        .setTypes(String.class, valueType())
        .setStatisticsEnabled(true)
        .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(CacheShape.TIME_TO_LIVE));
  }

  @SuppressWarnings("unchecked") // a class literal can't say it
  private static Class<Object> valueType() {
    return (Class<Object>) (Class<?>) String.class;
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
  public Map<String, ?> getAll(Set<String> keys) {
    return cache.getAll(keys);
  }

  @Override
  public void putAll(Map<String, Object> entries) {
    cache.putAll(entries);
  }

  @Override
  public @Nullable Object invoke(String key, Object value) {
    return cache.invoke(key, SET, value);
  }

  @Override
  public void close() {
    close.run();
  }
}
