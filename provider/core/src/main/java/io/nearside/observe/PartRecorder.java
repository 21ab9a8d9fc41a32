package io.nearside.observe;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts what parts tell, and hands on how long it took. Thread-safe. */
public final class PartRecorder implements Recorder {
  private final String cache;
  private final LongSupplier nanos;
  private final @Nullable Timers timers;
  private final @Nullable Spans spans;
  private final LongAdder[] counts =
      Stream.generate(LongAdder::new).limit(Count.values().length).toArray(LongAdder[]::new);

  /** Of coders; that threads overwrite each other's count makes the sample no worse. */
  private int coded;

  /**
   * @param cache whose parts they are; empty for those of a node
   * @param nanos the clock
   * @param timers get how long steps took; null for nobody
   * @param spans make spans of them; null for none
   */
  public PartRecorder(
      String cache, LongSupplier nanos, @Nullable Timers timers, @Nullable Spans spans) {
    this.cache = cache;
    this.nanos = nanos;
    this.timers = timers;
    this.spans = spans;
  }

  @Override
  public @Nullable Running begin(Step step, String what) {
    boolean timed = timers != null && isTimed(step);
    if (!timed && spans == null) {
      return null;
    }
    return new Running(
        this,
        step,
        what,
        timed ? nanos.getAsLong() : UNTIMED,
        spans == null ? null : spans.begin(step, what, cache));
  }

  private static final long UNTIMED = Long.MIN_VALUE;

  /** Operations are timed as calls of the cache; coders are too quick to time each. */
  private boolean isTimed(Step step) {
    return switch (step) {
      case OPERATION -> false;
      case CODEC -> (coded++ & (CacheRecorder.SAMPLE - 1)) == 0;
      case QUEUE, NETWORK, LOADER -> true;
    };
  }

  void ended(Step step, String what, long begun, boolean failed) {
    if (timers != null && begun != UNTIMED) {
      timers.took(step, what, failed, nanos.getAsLong() - begun);
    }
  }

  @Override
  public void add(Count what, long number) {
    counts[what.ordinal()].add(number);
  }

  @Override
  public Runnable carried(Runnable task) {
    return (spans == null) ? task : spans.carried(task);
  }

  public long get(Count what) {
    return counts[what.ordinal()].sum();
  }

  void clear() {
    for (LongAdder count : counts) {
      count.reset();
    }
  }
}
