package io.nearside.benchmarks;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.Codec;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/**
 * The client library alone, with the cheapest codec for what is stored: the ground that the others
 * stand on.
 */
final class RawRedisson implements RemoteCalls {
  private final RedissonClient client;

  RawRedisson(String address) {
    client = client(address, StringCodec.INSTANCE);
    client.getKeys().flushdb();
  }

  static RedissonClient client(String address, Codec codec) {
    Config config = new Config();
    config.setCodec(codec);
    config.useSingleServer().setAddress(address);
    return Redisson.create(config);
  }

  @Override
  public @Nullable Object get(String key) {
    return client.getBucket(key).get();
  }

  @Override
  public void put(String key, Object value) {
    client.getBucket(key).set(value);
  }

  @Override
  public Map<String, ?> getAll(Set<String> keys) {
    return client.getBuckets().get(keys.toArray(String[]::new));
  }

  @Override
  public void putAll(Map<String, Object> entries) {
    client.getBuckets().set(entries);
  }

  /** The nearest to an entry processor that the library has. */
  @Override
  public @Nullable Object invoke(String key, Object value) {
    return client.getBucket(key).getAndSet(value);
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
