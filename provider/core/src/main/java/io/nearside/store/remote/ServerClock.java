package io.nearside.store.remote;

/**
 * What a node knows of a server's clock. A reply that tells the server's time says that it was read
 * between sending and arrival; what several of them agree on is within microseconds. Thread-safe.
 */
interface ServerClock {

  /**
   * Learns from a reply.
   *
   * @param sentNanos by {@link io.nearside.store.Clock#nanos} before it was asked
   * @param receivedNanos and after the answer came
   * @param serverMicros the server's {@code TIME} in between, in microseconds since 1970
   */
  void observe(long sentNanos, long receivedNanos, long serverMicros);

  /** Whether anything has been learnt yet. */
  boolean isKnown();

  /** The server's time in microseconds at a moment of {@link io.nearside.store.Clock#nanos}. */
  long microsAt(long nanos);

  /** The moment in {@link io.nearside.store.Clock#nanos} of a server's time. */
  long nanosAt(long serverMicros);
}
