package io.nearside.benchmarks;

/** Ways to keep values in Redis, all over the same server, called by the same client library. */
public enum RemoteSubject implements Subject {
  /** {@code RBucket} and {@code RBuckets}: bytes of a text, no expiry, no semantics. */
  REDISSON("raw Redisson") {
    @Override
    RemoteCalls open(String address) {
      return new RawRedisson(address);
    }
  },
  REDISSON_JCACHE("Redisson's JCache") {
    @Override
    RemoteCalls open(String address) {
      return JCacheCalls.overRedisson(address);
    }
  },
  NEARSIDE_REMOTE("Nearside, remote") {
    @Override
    RemoteCalls open(String address) {
      return JCacheCalls.overNearside(address);
    }
  },
  /** What costs nothing is measured against it. */
  NEARSIDE_REMOTE_UNCOUNTED("Nearside, remote, neither statistics nor meters") {
    @Override
    RemoteCalls open(String address) {
      return JCacheCalls.overNearside(address, Watching.NOTHING);
    }
  },
  NEARSIDE_REMOTE_METERS("Nearside, remote, statistics and meters") {
    @Override
    RemoteCalls open(String address) {
      return JCacheCalls.overNearside(address, Watching.METERS);
    }
  };

  /** Who is told what a cache does. */
  enum Watching {
    NOTHING,
    STATISTICS,
    METERS
  }

  private final String label;

  RemoteSubject(String label) {
    this.label = label;
  }

  /** Connects; the store is empty. */
  abstract RemoteCalls open(String address);

  @Override
  public String label() {
    return label;
  }
}
