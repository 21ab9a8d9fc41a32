package io.nearside.benchmarks;

import io.nearside.Topology;

/** Caches that answer from this JVM, and what they are held against. */
public enum TwoTierSubject implements Subject {
  NEARSIDE_TWO_TIER("Nearside, two-tier") {
    @Override
    Calls open(String address, CacheShape shape) {
      return JCacheCalls.overNearside(address, Topology.TWO_TIER, shape);
    }
  },
  /** Without Redis: what a hit in two tiers is measured by. */
  NEARSIDE_LOCAL("Nearside, local") {
    @Override
    Calls open(String address, CacheShape shape) {
      return JCacheCalls.overNearside(null, Topology.LOCAL, shape);
    }
  },
  REDISSON_LOCAL_MAP("RLocalCachedMap") {
    @Override
    Calls open(String address, CacheShape shape) {
      return RedissonLocalMap.asDocumented(address, shape);
    }
  },
  REDISSON_LOCAL_MAP_OBJECT_KEYS("RLocalCachedMap, keys as objects") {
    @Override
    Calls open(String address, CacheShape shape) {
      return RedissonLocalMap.keysAsObjects(address, shape);
    }
  },
  JETCACHE("JetCache, two levels") {
    @Override
    Calls open(String address, CacheShape shape) {
      return new JetCacheCalls(address, shape);
    }
  };

  private final String label;

  TwoTierSubject(String label) {
    this.label = label;
  }

  /** Connects; the cache is empty. */
  abstract Calls open(String address, CacheShape shape);

  @Override
  public String label() {
    return label;
  }
}
