package io.nearside.nodes;

import io.nearside.store.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a node that writes the node's own keys or reads those of all nodes, and what it
 * saw. First all keys are written once. Then key 0 of a node is written most often, each of the
 * next ones half as often as the one before; half of the reads go to any key, the others mostly to
 * those that are seldom written. Values are never used twice, and grow.
 */
final class AgesRecorder {
  /** What the files of writes and reads are called after the node's file. */
  static final String WRITES = ".writes";

  static final String READS = ".reads";

  /** And the one that is there as soon as writes have been acknowledged for a while. */
  static final String GOING = ".going";

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long AFTER_FAILURE = TimeUnit.MILLISECONDS.toNanos(30);
  private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int REMOVE_ONE_IN = 16;

  private final Work work;
  private final Stopwatch stopwatch;
  private final int node;
  private final int keys;
  private final Path stop;
  private final RandomGenerator random;
  private final List<Writing> writes = new ArrayList<>();
  private final List<Reading> reads = new ArrayList<>();
  private long end;
  private long nextLook;
  private long next;
  private long count;
  private int acknowledged;

  private AgesRecorder(Work work, int thread, Stopwatch stopwatch) {
    this.work = work;
    this.stopwatch = stopwatch;
    this.node = (int) work.number("node");
    this.keys = (int) work.number("keys");
    this.stop = Path.of(work.text("stop"));
    this.random = Seeds.random(work.number("seed") + node * 100L + thread);
  }

  /**
   * Runs one thread that writes and {@code readers} that read until the file {@code stop} is there,
   * {@code millis} at most, {@code writes} and {@code reads} times a second each; their histories
   * are written next to {@code file}.
   *
   * @return longest call, longest that the machine does not explain, and longest hiccup in
   *     milliseconds
   */
  static Work run(Cache<String, Long> cache, Work work) throws Exception {
    Answer.Reader reader = reader(cache, work);
    Work threads = work.with("threads", 1 + work.number("readers"));
    try (Hiccups hiccups = new Hiccups()) {
      List<AgesRecorder> all =
          threads.inThreads(thread -> {
            try (Stopwatch stopwatch = new Stopwatch(hiccups)) {
              AgesRecorder recorder = new AgesRecorder(work, thread, stopwatch);
              recorder.run(thread == 0 ? cache : null, reader);
              return recorder;
            }
          });
      save(work, all);
      return Work.parse("")
          .with("longest", all.stream().mapToLong(AgesRecorder::longestMillis).max().orElse(0))
          .with("blocked", all.stream().mapToLong(AgesRecorder::blockedMillis).max().orElse(0))
          .with("hiccup", hiccups.longestMillis());
    }
  }

  private static Answer.Reader reader(Cache<String, Long> cache, Work work) {
    Answer.Reader reader = Answer.reader(cache);
    return work.number("lagging") == work.number("node")
        ? new Lagging(reader, TimeUnit.MILLISECONDS.toNanos(work.number("lag")))
        : reader;
  }

  private static void save(Work work, List<AgesRecorder> all) throws IOException {
    Stream<String> written = all.stream().flatMap(r -> r.writes.stream()).map(Writing::line);
    Files.write(Path.of(work.text("file") + WRITES), (Iterable<String>) written::iterator);
    Stream<String> read = all.stream().flatMap(r -> r.reads.stream()).map(Reading::line);
    Files.write(Path.of(work.text("file") + READS), (Iterable<String>) read::iterator);
  }

  private long longestMillis() {
    long read = reads.stream().mapToLong(r -> r.returned() - r.invoked()).max().orElse(0);
    long written = writes.stream().mapToLong(w -> w.returned() - w.invoked()).max().orElse(0);
    return TimeUnit.NANOSECONDS.toMillis(Math.max(read, written));
  }

  private long blockedMillis() {
    return stopwatch.longestUnexplained();
  }

  /** Writes if there is a cache to write to, else reads. */
  private void run(@Nullable Cache<String, Long> cache, Answer.Reader reader) throws IOException {
    work.awaitStart();
    next = System.nanoTime();
    end = next + TimeUnit.MILLISECONDS.toNanos(work.number("millis"));
    long pause = SECOND / work.number(cache == null ? "reads" : "writes");
    while (!over()) {
      boolean well = cache == null ? read(reader) : write(cache);
      if (!well) { // a caller that hurries on would only meet the open circuit breaker
        LockSupport.parkNanos(AFTER_FAILURE);
      }
      awaitNext(pause);
    }
  }

  private boolean over() {
    long now = System.nanoTime();
    if (now - nextLook >= 0) {
      nextLook = now + LOOK_EVERY;
      return now - end >= 0 || Files.exists(stop);
    }
    return false;
  }

  /** Who is late goes on at once, but doesn't catch up. */
  private void awaitNext(long pause) {
    long now = System.nanoTime();
    next = Math.max(next + pause, now);
    for (long left = next - now; left > 0; left = next - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private boolean write(Cache<String, Long> cache) throws IOException {
    boolean first = writes.size() < keys;
    String key = key(node, first ? writes.size() : seldomLater());
    boolean remove = !first && random.nextInt(REMOVE_ONE_IN) == 0;
    Long value = remove ? null : ((long) node << 40) + ++count;
    long before = stopwatch.start();
    boolean known = true;
    try {
      if (value == null) {
        cache.remove(key);
      } else {
        cache.put(key, value);
      }
    } catch (CacheException e) {
      known = false;
    }
    writes.add(new Writing(node, key, value, known, before, stopwatch.stop()));
    if (known && ++acknowledged == 2 * keys) {
      Files.createFile(Path.of(work.text("file") + GOING));
    }
    return known;
  }

  private boolean read(Answer.Reader reader) {
    int index = random.nextBoolean() ? random.nextInt(keys) : keys - 1 - seldomLater();
    String key = key(random.nextInt((int) work.number("nodes")), index);
    long before = stopwatch.start();
    Answer answer = null;
    try {
      answer = reader.read(key);
    } catch (CacheException e) {
      // not an answer
    }
    reads.add(new Reading(node, key, answer, before, stopwatch.stop()));
    return answer != null;
  }

  /** 0 half of the time, 1 a quarter of it, and so on. */
  private int seldomLater() {
    return Math.min(keys - 1, Long.numberOfTrailingZeros(random.nextLong()));
  }

  private String key(int owner, int index) {
    return work.text("prefix") + owner + "." + index;
  }
}
