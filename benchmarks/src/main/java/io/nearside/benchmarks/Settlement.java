package io.nearside.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The last values of all keys, which every node has to see soon after the last write: the proof
 * that no copy was left behind.
 *
 * @param sequences by key
 */
record Settlement(List<String> keys, long[] sequences) {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** The sequences with commas in between. */
  static String text(long[] sequences) {
    String text = Arrays.toString(sequences);
    return text.substring(1, text.length() - 1).replace(" ", "");
  }

  static long[] sequences(String text) {
    return Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
  }

  /**
   * Reads until the node gives the last value of every key.
   *
   * @return null, or what is wrong when the time is up
   */
  @Nullable String awaitAt(Function<String, @Nullable String> node, long patienceNanos) {
    long deadline = System.nanoTime() + patienceNanos;
    for (int key = 0; key < sequences.length; key++) {
      long seen = seen(node, key);
      while (seen != sequences[key]) {
        if (System.nanoTime() > deadline) {
          return problem(key, seen, TimeUnit.NANOSECONDS.toSeconds(patienceNanos));
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        seen = seen(node, key);
      }
    }
    return null;
  }

  private String problem(int key, long seen, long seconds) {
    String last = "%s, whose last write is %d".formatted(keys.get(key), sequences[key]);
    return (seen < 0)
        ? "there is nothing of %s %d s later".formatted(last, seconds)
        : "the copy of %s, was never invalidated: write %d is still read %d s later"
            .formatted(last, seen, seconds);
  }

  private long seen(Function<String, @Nullable String> node, int key) {
    String text = node.apply(keys.get(key));
    return (text == null) ? -1 : Stamp.parse(text).sequence();
  }
}
