package io.nearside.codec;

/** How objects of one class are copied within a graph. Thread-safe. */
interface Part {

  /** Nothing can change it, so the original serves. */
  Part SHARED = (run, original) -> original;

  /**
   * The copy, complete or at least known to the run, which completes it before it ends.
   *
   * @throws NeedsSerialisation if only serialising the whole graph gives a true copy
   * @throws Uncopyable if nothing does
   */
  Object copy(CopyRun run, Object original);
}
