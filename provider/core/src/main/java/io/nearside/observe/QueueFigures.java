package io.nearside.observe;

import io.nearside.WriteQueue;
import java.util.function.Supplier;

/**
 * What there is to show of a queue of writes.
 *
 * @param queue counts what this node has done
 * @param depths what waits, as far as this node knows; asks nobody
 */
public record QueueFigures(WriteQueue<?, ?> queue, Supplier<Depths> depths) {

  /**
   * What waits.
   *
   * @param all writes, parked ones included
   * @param oldestMillis for how long the oldest waits that is not parked
   * @param parked writes that have failed too often
   */
  public record Depths(long all, long oldestMillis, long parked) {}
}
