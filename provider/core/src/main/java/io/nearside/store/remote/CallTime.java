package io.nearside.store.remote;

import io.nearside.observe.Recorder;
import io.nearside.observe.Running;
import io.nearside.observe.Step;
import io.nearside.store.Clock;
import io.nearside.store.OperationTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The time that one operation has, whatever number of calls of Redis it needs: each may wait for
 * what is left. It is the operation of a store, or one {@linkplain #ofCaller around} several of
 * them; an operation that a listener begins within another has its own. For the thread that begins
 * it.
 */
final class CallTime implements OperationTime, OperationTime.Use {
  private static final ThreadLocal<@Nullable CallTime> CURRENT = new ThreadLocal<>();

  /** What many bytes need beyond what an answer may take: 50 MiB pass in a second. */
  private static final long NANOS_PER_MIB = 20_000_000;

  private static final long MOST_FOR_BYTES = 10_000_000_000L;

  private final Clock clock;
  private final long nanos;
  private final Use inner = this::leave;

  /** Of a time that is not being used. */
  private long left;

  /** Of one that is. */
  private long end;

  /** Whether an operation of a store is under way in it. */
  private boolean entered;

  private @Nullable CallTime outer;

  /** What those who trace see of it; of a caller's time from its first operation on. */
  private @Nullable Running running;

  private CallTime(Clock clock, long nanos) {
    this.clock = clock;
    this.nanos = nanos;
    this.left = nanos;
  }

  /** A time for several operations of a store that serve one of its caller's. */
  static OperationTime ofCaller(Clock clock, long nanos) {
    return new CallTime(clock, nanos);
  }

  /**
   * Begins an operation of a store: in the time that its caller uses, else in one of its own.
   *
   * @param what for those who trace
   */
  static Use begin(Clock clock, long nanos, Recorder recorder, String what) {
    CallTime around = CURRENT.get();
    if (around != null && !around.entered) {
      around.entered = true;
      around.record(recorder, what);
      return around.inner;
    }
    CallTime own = new CallTime(clock, nanos);
    own.entered = true;
    own.record(recorder, what);
    return own.use();
  }

  private void record(Recorder recorder, String what) {
    if (running == null) {
      running = recorder.begin(Step.OPERATION, what);
      Running.enter(running);
    }
  }

  @Override
  public void end() {
    Running ending = running;
    running = null;
    Running.leave(ending);
    Running.end(ending, null);
  }

  private void leave() {
    entered = false;
  }

  /** What is left to the calling thread, 0 for nothing; {@code nanos} outside of an operation. */
  static long left(Clock clock, long nanos) {
    CallTime time = CURRENT.get();
    return (time == null) ? nanos : Math.max(0, time.end - clock.nanos());
  }

  /** Of an operation on many keys: its next step passes about so many bytes. */
  static void allow(long bytes) {
    CallTime time = CURRENT.get();
    if (time != null) {
      time.end += nanosFor(bytes);
    }
  }

  /** What a call that passes about so many bytes may take beyond its time. */
  static long nanosFor(long bytes) {
    return Math.min(MOST_FOR_BYTES, (bytes >> 10) * NANOS_PER_MIB >> 10);
  }

  /**
   * Of an operation in many steps: if one has been answered, the next has all of the time.
   *
   * @return false after an outage
   */
  static boolean answered(List<? extends Attempt<?>> attempts) {
    if (attempts.stream().anyMatch(Attempt::isOutage)) {
      return false;
    }
    answered();
    return true;
  }

  /** The same of a step that is known to have been answered. */
  static void answered() {
    CallTime time = CURRENT.get();
    if (time != null) {
      time.renew();
    }
  }

  @Override
  public Use use() {
    outer = CURRENT.get();
    end = clock.nanos() + left;
    if (outer != null && !outer.entered) { // a part of what that caller does has no more than it
      end = Math.min(end, outer.end);
    }
    CURRENT.set(this);
    return this;
  }

  @Override
  public void renew() {
    left = nanos;
    end = clock.nanos() + nanos;
  }

  @Override
  public void spend() {
    left = 0;
  }

  @Override
  public void close() {
    if (entered) { // it is not a caller's, who ends it
      end();
    }
    left = Math.max(0, end - clock.nanos());
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }
}
