package io.nearside.observe;

import org.jspecify.annotations.Nullable;

/** Makes spans of steps, for tracing. Thread-safe. */
public interface Spans {

  /**
   * A span that has begun, as a part of what the thread is in.
   *
   * @param cache empty if it is not a cache's
   */
  Span begin(Step step, String what, String cache);

  /** As {@link Recorder#carried}. */
  Runnable carried(Runnable task);

  /** A span; entered and left by one thread, ended by any. */
  interface Span {
    void enter();

    void leave();

    void end(@Nullable Throwable failure);
  }
}
