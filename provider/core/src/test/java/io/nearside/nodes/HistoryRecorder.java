package io.nearside.nodes;

import io.nearside.store.Seeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * One thread's random calls and what it saw. Every value written is written once in a history, so a
 * read tells which write it saw.
 */
final class HistoryRecorder {
  private static final long AFTER_FAILURE = TimeUnit.MILLISECONDS.toNanos(30);
  private static final int CLEAR_ONE_IN = 400;

  private final Cache<String, Long> cache;
  private final Work work;
  private final String name;
  private final RandomGenerator random;
  private final long values;
  private final List<Operation> history = new ArrayList<>();
  private final Map<String, Long> seen = new ConcurrentHashMap<>();
  private final Stopwatch stopwatch;
  private long count;

  private HistoryRecorder(Cache<String, Long> cache, Work work, int thread, Stopwatch stopwatch) {
    this.cache = cache;
    this.stopwatch = stopwatch;
    this.work = work;
    this.name = work.number("node") + "." + thread;
    long number = work.number("node") * 100 + thread;
    this.random = Seeds.random(work.number("seed") + number);
    this.values = number << 32;
  }

  /**
   * Runs as many threads as {@code work} says and writes their history to its file.
   *
   * @return number of calls, of reads and of failed ones; longest call, longest that the machine
   *     does not explain, and longest hiccup in milliseconds
   */
  static Work run(Cache<String, Long> cache, Work work) throws Exception {
    List<Recorded> recorded;
    long hiccup;
    try (Hiccups hiccups = new Hiccups()) {
      recorded =
          work.inThreads(thread -> {
            try (Stopwatch stopwatch = new Stopwatch(hiccups)) {
              List<Operation> history =
                  new HistoryRecorder(cache, work, thread, stopwatch).record();
              return new Recorded(history, stopwatch.longestUnexplained());
            }
          });
      hiccup = hiccups.longestMillis();
    }
    List<Operation> all = recorded.stream().flatMap(r -> r.history.stream()).toList();
    Files.write(
        Path.of(work.text("file")), (Iterable<String>) all.stream().map(Operation::line)::iterator);
    long longest = all.stream().mapToLong(op -> op.returned() - op.invoked()).max().orElse(0);
    return Work.parse("")
        .with("calls", all.size())
        .with("reads", all.stream().filter(op -> op.kind().reads()).count())
        .with("failed", all.stream().filter(op -> !op.known()).count())
        .with("longest", TimeUnit.NANOSECONDS.toMillis(longest))
        .with("blocked", recorded.stream().mapToLong(Recorded::blocked).max().orElse(0))
        .with("hiccup", hiccup);
  }

  private record Recorded(List<Operation> history, long blocked) {}

  private List<Operation> record() {
    work.awaitStart();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(work.number("millis"));
    long most = work.number("most");
    while (count < most && System.nanoTime() < end) {
      step();
    }
    return history;
  }

  private void step() {
    String key = work.text("prefix") + random.nextLong(work.number("keys"));
    Kind kind = kind();
    Long argument = values + count++;
    Long expected = seen.getOrDefault(key, -1L);
    long before = stopwatch.start();
    Long result = null;
    boolean known = true;
    try {
      result = call(kind, key, argument, expected);
    } catch (CacheException e) {
      known = false;
    }
    long after = stopwatch.stop();
    add(new Operation(name, kind, key, argument, expected, result, known, before, after));
    if (!known) { // a caller that hurries on would only meet the open circuit breaker
      LockSupport.parkNanos(AFTER_FAILURE);
    }
  }

  private Kind kind() {
    if (random.nextInt(CLEAR_ONE_IN) == 0) {
      return Kind.CLEAR;
    }
    return random.nextInt(3) == 0
        ? Kind.GET
        : Kind.values()[random.nextInt(Kind.values().length - 1)];
  }

  private void add(Operation op) {
    if (op.kind() == Kind.CLEAR) {
      for (long i = 0; i < work.number("keys"); i++) {
        history.add(op.on(work.text("prefix") + i));
      }
      return;
    }
    history.add(op);
    Long known = op.known() && op.kind() == Kind.GET ? op.result() : null;
    if (known != null) {
      seen.put(op.key(), known);
    }
  }

  private @Nullable Long call(Kind kind, String key, Long argument, Long expected) {
    return switch (kind) {
      case GET -> cache.get(key);
      case CONTAINS -> told(cache.containsKey(key));
      case PUT -> {
        cache.put(key, argument);
        yield null;
      }
      case REMOVE -> told(cache.remove(key));
      case PUT_IF_ABSENT -> told(cache.putIfAbsent(key, argument));
      case REPLACE -> told(cache.replace(key, argument));
      case REPLACE_IF -> told(cache.replace(key, expected, argument));
      case REMOVE_IF -> told(cache.remove(key, expected));
      case GET_AND_PUT -> cache.getAndPut(key, argument);
      case GET_AND_REMOVE -> cache.getAndRemove(key);
      case GET_AND_REPLACE -> cache.getAndReplace(key, argument);
      case INVOKE -> invoke(key, argument);
      case CLEAR -> {
        cache.clear();
        yield null;
      }
    };
  }

  private @Nullable Long invoke(String key, Long argument) {
    return cache.invoke(
        key,
        (entry, arguments) -> {
          Long old = entry.exists() ? entry.getValue() : null;
          if (Kind.removes(old)) {
            entry.remove();
          } else {
            entry.setValue(argument);
          }
          return old;
        });
  }

  private static long told(boolean answer) {
    return answer ? Kind.YES : Kind.NO;
  }
}
