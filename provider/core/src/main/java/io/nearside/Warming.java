package io.nearside;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A cache's warming under way, or at its end. Thread-safe. */
public interface Warming {
  /** What {@link #total} is while nobody knows. */
  long UNKNOWN = -1;

  /** The keys that are over: loaded, there already, or unknown to the source; without failures. */
  long done();

  /** Those of them whose value this warming has loaded. */
  long loaded();

  /** The keys that could not be loaded, or are of another type than the cache's. */
  long failed();

  /** All keys, or {@link #UNKNOWN} until the last one has been asked for. */
  long total();

  /** The first reason of {@link #failed}; null if there is none. */
  @Nullable Throwable firstFailure();

  /** Begins no more loads; those under way end by themselves. Does nothing at the end. */
  void cancel();

  boolean isCancelled();

  /**
   * Ends when the warming does, cancelled or not, with this; or with what the keys' iterator has
   * thrown. Failed keys are no failure of the warming.
   */
  CompletionStage<Warming> completion();
}
