package io.nearside.observe;

import io.nearside.observe.Spans.Span;
import org.jspecify.annotations.Nullable;

/** A step under way. To be ended once, by any thread. */
public final class Running {
  private final PartRecorder recorder;
  private final Step step;
  private final String what;
  private final long begun;
  private final @Nullable Span span;

  Running(PartRecorder recorder, Step step, String what, long begun, @Nullable Span span) {
    this.recorder = recorder;
    this.step = step;
    this.what = what;
    this.begun = begun;
    this.span = span;
  }

  /**
   * Until {@link #leave}, the steps that this thread begins are parts of this one.
   *
   * @param step null if nobody wants to know of it
   */
  public static void enter(@Nullable Running step) {
    if (step != null && step.span != null) {
      step.span.enter();
    }
  }

  /** By the thread that has entered. */
  public static void leave(@Nullable Running step) {
    if (step != null && step.span != null) {
      step.span.leave();
    }
  }

  /**
   * Ends a step.
   *
   * @param step null if nobody wants to know of it
   * @param failure null if there was none
   */
  public static void end(@Nullable Running step, @Nullable Throwable failure) {
    if (step != null) {
      step.end(failure);
    }
  }

  private void end(@Nullable Throwable failure) {
    recorder.ended(step, what, begun, failure != null);
    if (span != null) {
      span.end(failure);
    }
  }
}
