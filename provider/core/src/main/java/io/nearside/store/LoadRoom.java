package io.nearside.store;

import org.jspecify.annotations.Nullable;

/**
 * Room for loads of one cache, of which all nodes have so much together. Nodes that wait for it
 * take turns. Thread-safe.
 */
public interface LoadRoom {
  /** What a load takes of it. */
  @FunctionalInterface
  interface Place {
    /** For loads that nobody counts. */
    Place UNCOUNTED = () -> {};

    /** Gives it back, once; waits for nobody. */
    void leave();
  }

  /**
   * Waits for a place. Where nobody can be asked for room there is enough.
   *
   * @param most the loads that may be under way
   * @return null if there is no room in time
   */
  @Nullable Place enter(int most, long nanos) throws InterruptedException;
}
