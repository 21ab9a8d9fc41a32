package io.nearside.benchmarks;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.nearside.NearsideLoader;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import java.time.Duration;
import java.util.Objects;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** Caches that load what is missing by a loader that costs nothing, and what they stand on. */
public enum LoadSubject implements Subject {
  NEARSIDE_LOCAL_LOADER("Nearside, local, with a loader") {
    @Override
    Calls open(String address) {
      return overNearside(null, Topology.LOCAL);
    }
  },
  CAFFEINE_LOADING("Caffeine's LoadingCache") {
    @Override
    Calls open(String address) {
      LoadingCache<Long, String> cache =
          CaffeineVariant.CREATION_EXPIRY
              .expiry(Caffeine.newBuilder().maximumSize(MAXIMUM_SIZE))
              .build(LoadSubject::source);
      return new Calls(key -> Objects.requireNonNull(cache.get(key)), cache::invalidateAll);
    }
  },
  NEARSIDE_TWO_TIER_LOADER("Nearside, two-tier, with a loader") {
    @Override
    Calls open(String address) {
      return overNearside(address, Topology.TWO_TIER);
    }
  },
  /** One round trip: the ground that a miss over Redis stands on. */
  REDISSON_ABSENT("raw Redisson, get of an absent key") {
    @Override
    Calls open(String address) {
      RedissonClient client = RawRedisson.client(address, StringCodec.INSTANCE);
      return new Calls(key -> client.getBucket("absent:" + key).get(), client::shutdown);
    }
  };

  private static final int MAXIMUM_SIZE = 100_000;

  private final String label;

  LoadSubject(String label) {
    this.label = label;
  }

  /**
   * What is measured of a subject. Thread-safe.
   *
   * @param get of a key that nobody has asked for before
   */
  record Calls(Get get, Runnable close) {}

  @FunctionalInterface
  interface Get {
    @Nullable Object of(long key);
  }

  /** Connects; the cache is empty. */
  abstract Calls open(String address);

  @Override
  public String label() {
    return label;
  }

  private static String source(Long key) {
    return "value";
  }

  private static Calls overNearside(@Nullable String address, Topology topology) {
    JCacheCalls.Opened<Long, String> opened =
        JCacheCalls.open(
            address,
            NearsideConfiguration.builder(Long.class, String.class)
                .topology(topology)
                .timeToLive(Duration.ofNanos(CacheShape.TIME_TO_LIVE_NANOS))
                .local(local -> local.maximumSize(MAXIMUM_SIZE))
                .statistics(true)
                .loader((NearsideLoader<Long, String>) (key, context) -> source(key))
                .build());
    Cache<Long, String> cache = opened.cache();
    return new Calls(cache::get, opened.close());
  }
}
