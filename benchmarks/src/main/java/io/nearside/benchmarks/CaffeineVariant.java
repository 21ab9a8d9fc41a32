package io.nearside.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;

/** Caffeine without JCache, the ground that all others stand on. */
public enum CaffeineVariant implements Subject {
  /** The same bound and the same expiry as the JCache caches: an hour after creation. */
  CREATION_EXPIRY("raw Caffeine") {
    @Override
    Caffeine<Object, Object> expiry(Caffeine<Object, Object> builder) {
      return builder.expireAfter(
          Expiry.creating((key, value) -> Duration.ofNanos(CacheShape.TIME_TO_LIVE_NANOS)));
    }
  },
  /** The same bound; expiry is an hour after the last write, which Caffeine keeps in a queue. */
  WRITE_EXPIRY("raw Caffeine, expireAfterWrite") {
    @Override
    Caffeine<Object, Object> expiry(Caffeine<Object, Object> builder) {
      return builder.expireAfterWrite(Duration.ofNanos(CacheShape.TIME_TO_LIVE_NANOS));
    }
  },
  /** The same bound, no expiry. */
  BOUND_ONLY("raw Caffeine, bound only") {
    @Override
    Caffeine<Object, Object> expiry(Caffeine<Object, Object> builder) {
      return builder;
    }
  };

  private final String label;

  CaffeineVariant(String label) {
    this.label = label;
  }

  abstract Caffeine<Object, Object> expiry(Caffeine<Object, Object> builder);

  @Override
  public String label() {
    return label;
  }

  /** A new, empty cache. */
  public Cache<String, Object> open(CacheShape shape) {
    return expiry(Caffeine.newBuilder().maximumSize(shape.maximumSize())).build();
  }
}
