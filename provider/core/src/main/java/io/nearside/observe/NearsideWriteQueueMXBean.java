package io.nearside.observe;

import java.util.List;

/** The writes of a cache with write-behind that its source has not taken yet. */
public interface NearsideWriteQueueMXBean {

  /** The writes that wait, are being done, or are parked. */
  int getDepth();

  /** For how long the oldest write waits that is not parked, in milliseconds. */
  long getLagMillis();

  /** The writes that have failed too often, and wait for somebody to decide. */
  int getParked();

  /** The writes that the source has taken. */
  long getWritten();

  /** How often a write failed. */
  long getFailures();

  /** The writes that were never done, since a newer one of the same key came before. */
  long getCoalesced();

  /**
   * Why writes are parked, the oldest first: attempts, what the writer said last, and whether this
   * node can't read them; no keys and no values.
   *
   * @param most at most so many
   */
  List<String> parkedFailures(int most);

  /**
   * Has all parked writes tried again that this node can read; the others stay parked.
   *
   * @return how many
   */
  int replayParked();

  /**
   * Gives all parked writes up: the source never gets them.
   *
   * @return how many
   */
  int dropParked();
}
