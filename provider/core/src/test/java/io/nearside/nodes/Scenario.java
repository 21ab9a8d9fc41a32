package io.nearside.nodes;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;

/** What a node can be told to run on the cache that it has opened. */
enum Scenario {
  /** {@code invoke} that adds one: {@code count} times per thread, over {@code keys} keys. */
  INCREMENT {
    @Override
    Work run(Cache<String, Long> cache, Work work) throws Exception {
      int count = (int) work.number("count");
      long keys = work.number("keys");
      List<long[]> times =
          work.inThreads(thread -> {
            long[] nanos = new long[count];
            work.awaitStart();
            for (int i = 0; i < count; i++) {
              long before = System.nanoTime();
              increment(cache, "n" + i % keys);
              nanos[i] = System.nanoTime() - before;
            }
            return nanos;
          });
      return latencies(times, Work.parse(""));
    }
  },

  /** The same for a time, {@code millis}: who is how slow when all want one key. */
  CONTEND {
    @Override
    Work run(Cache<String, Long> cache, Work work) throws Exception {
      long[] nanos = new long[1_000_000];
      work.awaitStart();
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(work.number("millis"));
      int count = 0;
      for (long before = System.nanoTime(); before < end; before = System.nanoTime()) {
        increment(cache, "n0");
        nanos[count++] = System.nanoTime() - before;
      }
      return latencies(List.of(Arrays.copyOf(nanos, count)), Work.parse("count=" + count));
    }
  },

  /** Random operations, each written to {@code file} with what its caller saw. */
  HISTORY {
    @Override
    Work run(Cache<String, Long> cache, Work work) throws Exception {
      return HistoryRecorder.run(cache, work);
    }
  },

  /** The same with calls that nobody looks at. */
  WARM_UP {
    @Override
    Work run(Cache<String, Long> cache, Work work) throws Exception {
      return HISTORY.run(cache, work);
    }
  },

  /** Writes of own keys and reads of all, so that it can be told how old the answers were. */
  AGES {
    @Override
    Work run(Cache<String, Long> cache, Work work) throws Exception {
      return AgesRecorder.run(cache, work);
    }
  },

  /** Misses of a crowd of callers, and how often the source was asked. */
  LOAD {
    @Override
    Work run(Cache<String, Long> cache, Work work) throws Exception {
      return Source.crowd(cache, work);
    }
  },

  /** Whether {@code key} has an entry. */
  HAS {
    @Override
    Work run(Cache<String, Long> cache, Work work) {
      return Work.parse("has=" + (cache.containsKey(work.text("key")) ? 1 : 0));
    }
  },

  /** The value of {@code key}. */
  READ {
    @Override
    Work run(Cache<String, Long> cache, Work work) {
      return Work.parse("value=" + cache.get(work.text("key")));
    }
  },

  /** Begins what goes on in the background until {@link #END_TRAFFIC}. */
  BEGIN_TRAFFIC {
    @Override
    Work run(Cache<String, Long> cache, Work work) {
      return Traffic.begin(cache, work);
    }
  },

  /** Ends it, and tells what it came to. */
  END_TRAFFIC {
    @Override
    Work run(Cache<String, Long> cache, Work work) throws Exception {
      return Traffic.end();
    }
  },

  /** Whether the last puts of another node's traffic are all that is left. */
  CHECK_TRAFFIC {
    @Override
    Work run(Cache<String, Long> cache, Work work) {
      return Traffic.check(work);
    }
  },

  /** Threads and memory. */
  STATE {
    @Override
    Work run(Cache<String, Long> cache, Work work) {
      return Traffic.state();
    }
  },

  /** This JVM's monotonic clock. */
  TIME {
    @Override
    Work run(Cache<String, Long> cache, Work work) {
      return Work.parse("nanos=" + System.nanoTime());
    }
  };

  abstract Work run(Cache<String, Long> cache, Work work) throws Exception;

  private static void increment(Cache<String, Long> cache, String key) {
    cache.invoke(
        key,
        (entry, arguments) -> {
          entry.setValue(entry.exists() ? entry.getValue() + 1 : 1L);
          return null;
        });
  }

  private static Work latencies(List<long[]> times, Work result) {
    long[] all = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return result
        .with("p50", micros(all, 0.50))
        .with("p99", micros(all, 0.99))
        .with("max", micros(all, 1));
  }

  private static long micros(long[] sorted, double share) {
    int index = Math.min(sorted.length - 1, (int) (sorted.length * share));
    return sorted.length == 0 ? 0 : TimeUnit.NANOSECONDS.toMicros(sorted[index]);
  }
}
