package io.nearside.samples.quickstart;

import java.io.Serializable;

/**
 * How reads of products were answered.
 *
 * @param right with what was expected
 * @param failed with nothing
 * @param wrong with something else
 */
record Kept(long right, long failed, long wrong) implements Serializable {
  Kept plus(Kept other) {
    return new Kept(right + other.right, failed + other.failed, wrong + other.wrong);
  }
}
