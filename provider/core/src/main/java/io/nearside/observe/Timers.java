package io.nearside.observe;

import io.nearside.observe.CacheRecorder.Timed;

/** Gets how long things took. Thread-safe. */
public interface Timers {

  /** A step that a part has told of. */
  void took(Step step, String what, boolean failed, long nanos);

  /** A call of a cache, of those in the sample. */
  void took(Timed call, Tier tier, long nanos);

  /** Where a call went. */
  enum Tier {
    LOCAL,
    REMOTE
  }
}
