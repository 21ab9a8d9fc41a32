package io.nearside.nodes;

import io.nearside.nodes.Load.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which values one key may have held and until when, by what its only writer knows. A value came at
 * some instant of its write, and was gone for certain when the next acknowledged write that began
 * after that had returned.
 */
final class KeyHistory {
  /** What faults do to the values that are there. */
  enum Losing {
    NOTHING,
    /**
     * What was there before may be gone, yet not wrong, as after eviction: copies may outlive it.
     */
    ANYTHING,
    /** What was there before is gone afterwards. */
    EVERYTHING,
    /** What was there a short while before the fault may be back after it. */
    THE_LAST
  }

  /**
   * What calls may do after they have failed.
   *
   * @param late how long one that was given up may still take effect
   * @param replay how long after that, and after the fault it was in, its key may be invalidated; 0
   *     if it never is
   */
  record Lateness(Duration late, Duration replay) {}

  /** By how much a replica on the same machine may be behind. */
  static final long BEHIND = TimeUnit.SECONDS.toNanos(1);

  private static final Long ABSENT = -1L;
  private static final long NEVER = Long.MAX_VALUE;
  private static final Window ALWAYS = new Window(Long.MIN_VALUE, Long.MIN_VALUE);

  /** What came before {@code since} was gone at {@code at}. */
  private record End(long since, long at) {}

  private final Map<Long, List<Window>> comings = new HashMap<>();
  private final List<End> ends = new ArrayList<>();

  /**
   * Takes a key's writes.
   *
   * @param faults from the first to the last
   */
  KeyHistory(List<Writing> writes, List<Window> faults, Losing losing, Lateness lateness) {
    came(ABSENT, ALWAYS);
    for (Writing write : writes) {
      Window call = new Window(write.invoked(), write.returned());
      if (write.known()) {
        came(held(write.value()), call);
        ends.add(new End(call.from(), call.to()));
      } else {
        long last = call.to() + lateness.late().toNanos();
        came(held(write.value()), new Window(call.from(), last));
        if (!lateness.replay().isZero()) {
          came(ABSENT, new Window(call.from(), replayed(last, faults, lateness.replay())));
        }
      }
    }
    if (losing == Losing.ANYTHING) {
      faults.forEach(fault -> came(ABSENT, fault));
    }
    if (losing == Losing.EVERYTHING) {
      for (Window fault : faults) {
        came(ABSENT, fault);
        ends.add(new End(fault.from(), fault.to()));
      }
    }
    ends.sort(Comparator.comparingLong(End::since));
    tighten();
    if (losing == Losing.THE_LAST) {
      faults.forEach(this::comeBack);
    }
  }

  private void came(Long value, Window when) {
    comings.computeIfAbsent(value, v -> new ArrayList<>()).add(when);
  }

  private static Long held(@Nullable Long value) {
    return value == null ? ABSENT : value;
  }

  /** When what a failed write has left to be invalidated has been. */
  private static long replayed(long last, List<Window> faults, Duration replay) {
    long end = last;
    for (Window fault : faults) {
      if (fault.from() <= last) {
        end = Math.max(end, fault.to());
      }
    }
    return end + replay.toNanos();
  }

  /** An end counts as soon as a later one does. */
  private void tighten() {
    long earliest = NEVER;
    for (int i = ends.size() - 1; i >= 0; i--) {
      earliest = Math.min(earliest, ends.get(i).at());
      ends.set(i, new End(ends.get(i).since(), earliest));
    }
  }

  private void comeBack(Window fault) {
    comings
        .values()
        .forEach(windows -> {
          boolean may =
              windows.stream()
                  .anyMatch(w -> w.from() <= fault.to() && gone(w.to()) >= fault.from() - BEHIND);
          if (may) {
            windows.add(fault);
          }
        });
  }

  /** When a value was gone for certain that came until the given instant. */
  private long gone(long came) {
    int low = 0;
    int high = ends.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends.get(middle).since() > came) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low == ends.size() ? NEVER : ends.get(low).at();
  }

  /**
   * How long before the read was invoked its value was gone for certain, in nanoseconds; 0 if it
   * may have been there, empty if it can't have been there ever.
   */
  OptionalLong age(Answer answer, long invoked, long returned) {
    long youngest = NEVER;
    for (Window coming : comings.getOrDefault(held(answer.value()), List.of())) {
      if (coming.from() <= returned) {
        long gone = gone(coming.to());
        youngest = Math.min(youngest, gone >= invoked ? 0 : invoked - gone);
      }
    }
    return youngest == NEVER ? OptionalLong.empty() : OptionalLong.of(youngest);
  }
}
