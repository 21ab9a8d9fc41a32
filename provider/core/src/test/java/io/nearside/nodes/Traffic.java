package io.nearside.nodes;

import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.store.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoader;
import org.jspecify.annotations.Nullable;

/**
 * What a node does in the background of a soak: reads of a cache with a loader, which must always
 * be answered, and puts and reads of one that may answer from copies while Redis is away. Both are
 * fail-safe. One at a time in a JVM.
 */
final class Traffic {
  /** The cache with a loader, how many keys it has, and how long they live. */
  static final String LOADED = "loaded";

  static final int KEYS = 100;
  static final Duration LIFE = Duration.ofSeconds(2);

  /** The cache that answers from copies. */
  static final String LENIENT = "lenient";

  private static final int OWN_KEYS = 10;
  private static final int READERS = 2;
  private static final long READ_EVERY = 10_000_000;
  private static final long PUT_EVERY = 50_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static @Nullable Traffic current;

  private final Cache<String, Long> loaded;
  private final Cache<String, Long> lenient;
  private final long node;
  private final long seed;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<Long, LongAdder> loads = new ConcurrentHashMap<>();
  private final Map<Long, LongAdder> reads = new ConcurrentHashMap<>();
  private final Map<String, Long> put = new ConcurrentHashMap<>();
  private final AtomicLong unanswered = new AtomicLong();
  private final AtomicLong wrong = new AtomicLong();
  private final AtomicLong lenientReads = new AtomicLong();
  private final AtomicLong puts = new AtomicLong();
  private final Map<String, String> complaints = new ConcurrentHashMap<>();
  private volatile boolean ended;

  private Traffic(CacheManager manager, Work work) {
    node = work.number("node");
    seed = work.number("seed");
    loaded =
        manager.createCache(
            LOADED,
            NearsideConfiguration.builder(String.class, Long.class)
                .topology(Topology.TWO_TIER)
                .timeToLive(LIFE)
                .jitter(0)
                .loader((CacheLoader<String, Long>) new Loader())
                .build());
    lenient =
        manager.createCache(
            LENIENT,
            NearsideConfiguration.builder(String.class, Long.class)
                .topology(Topology.TWO_TIER)
                .timeToLive(Duration.ofHours(1))
                .build());
  }

  /** Has the number that a key ends with, and counts. */
  private final class Loader implements CacheLoader<String, Long> {
    @Override
    public Long load(String key) {
      count(loads);
      return number(key);
    }

    @Override
    public Map<String, Long> loadAll(Iterable<? extends String> keys) {
      Map<String, Long> values = new HashMap<>();
      keys.forEach(key -> values.put(key, load(key)));
      return values;
    }
  }

  private static long number(String key) {
    return Long.parseLong(key.substring(1));
  }

  private static void count(Map<Long, LongAdder> seconds) {
    seconds.computeIfAbsent(System.nanoTime() / SECOND, s -> new LongAdder()).increment();
  }

  /** Begins. */
  static Work begin(Cache<String, Long> cache, Work work) {
    Traffic traffic = new Traffic(cache.getCacheManager(), work);
    current = traffic;
    for (int i = 0; i < READERS; i++) {
      RandomGenerator random = Seeds.random(traffic.seed + 10 * traffic.node + i);
      traffic.start("reader " + i, READ_EVERY, () -> traffic.readLoaded(random));
    }
    RandomGenerator random = Seeds.random(traffic.seed + 10 * traffic.node + READERS);
    AtomicLong next = new AtomicLong();
    traffic.start("writer", PUT_EVERY, () -> traffic.putLenient(next.incrementAndGet()));
    traffic.start("lenient reader", READ_EVERY, () -> traffic.readLenient(random));
    return Work.parse("");
  }

  private void start(String name, long every, Runnable step) {
    Thread thread =
        new Thread(
            () -> {
              while (!ended) {
                step.run();
                LockSupport.parkNanos(every);
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void readLoaded(RandomGenerator random) {
    String key = "s" + random.nextInt(KEYS);
    count(reads);
    try {
      Long value = loaded.get(key);
      if (value == null) {
        unanswered.incrementAndGet();
      } else if (value != number(key)) {
        complain(key + " was " + value);
      }
    } catch (RuntimeException e) {
      unanswered.incrementAndGet();
      complaints.putIfAbsent("unanswered", e.toString().replace(' ', '_'));
    }
  }

  private String own(long index) {
    return "p" + node + "." + index;
  }

  /** A put returns whether Redis is there or not; from then on nothing older may be read here. */
  private void putLenient(long value) {
    String key = own(value % OWN_KEYS);
    try {
      lenient.put(key, value);
      put.put(key, value);
      puts.incrementAndGet();
    } catch (RuntimeException e) {
      complain("put of " + key + ": " + e);
    }
  }

  private void readLenient(RandomGenerator random) {
    String key = own(random.nextInt(OWN_KEYS));
    Long last = put.get(key);
    lenientReads.incrementAndGet();
    try {
      Long value = lenient.get(key);
      if (value != null && last != null && value < last) {
        complain(key + " was " + value + " after a put of " + last);
      }
    } catch (RuntimeException e) {
      complain("get of " + key + ": " + e);
    }
  }

  private void complain(String what) {
    wrong.incrementAndGet();
    complaints.putIfAbsent("wrong", what.replace(' ', '_'));
  }

  /** Threads and memory of this JVM. */
  static Work state() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return Work.parse("")
        .with("threads", Thread.getAllStackTraces().size())
        .with("heap", (runtime.totalMemory() - runtime.freeMemory()) >> 10);
  }

  /** Ends, and tells what it came to, the last puts included. */
  static Work end() throws InterruptedException {
    Traffic traffic = Objects.requireNonNull(current);
    traffic.ended = true;
    for (Thread thread : traffic.threads) {
      thread.join(PATIENCE.toMillis());
    }
    Work result =
        Work.parse("")
            .with("unanswered", traffic.unanswered)
            .with("wrong", traffic.wrong)
            .with("lenientReads", traffic.lenientReads)
            .with("puts", traffic.puts)
            .with("loads", seconds(traffic.loads))
            .with("reads", seconds(traffic.reads))
            .with("complaints", traffic.complaints.toString().replace(' ', '_'));
    for (Map.Entry<String, Long> last : traffic.put.entrySet()) {
      result = result.with("last." + last.getKey(), last.getValue());
    }
    return result;
  }

  private static String seconds(Map<Long, LongAdder> counts) {
    StringBuilder text = new StringBuilder("0:0");
    new TreeMap<>(counts)
        .forEach((second, count) -> text.append(',').append(second).append(':').append(count));
    return text.toString();
  }

  /**
   * Waits until what is read of keys is their last put or nothing, wherever that came from.
   *
   * @return how many keys had another value until the end
   */
  static Work check(Work work) {
    Traffic traffic = Objects.requireNonNull(current);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long others;
    do {
      others =
          work.arguments().entrySet().stream()
              .filter(last -> last.getKey().startsWith("last."))
              .filter(last -> !traffic.isLast(last.getKey().substring(5), last.getValue()))
              .count();
    } while (others > 0 && System.nanoTime() < deadline);
    return Work.parse("").with("others", others);
  }

  private boolean isLast(String key, String last) {
    Long value = lenient.get(key);
    return value == null || value == Long.parseLong(last);
  }
}
