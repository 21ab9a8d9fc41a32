package io.nearside.event;

import java.util.function.LongSupplier;

/**
 * How far an asynchronous listener may fall behind.
 *
 * @param maximum the events that may wait for it, over 0
 * @param nanos a monotonic clock in nanoseconds, which tells a slow listener from a stuck one
 */
public record Backlog(int maximum, LongSupplier nanos) {

  /** Whoever finds so many waiting had better wait; the rest is for those let in with him. */
  int comfortable() {
    return maximum - maximum / 8;
  }
}
