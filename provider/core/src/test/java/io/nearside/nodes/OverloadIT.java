package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.Nearside;
import io.nearside.NearsideCache;
import io.nearside.NearsideHealth.Status;
import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.testserver.RedisServer;
import io.nearside.testserver.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.cache.CacheManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * More callers than a Redis in trouble can serve: what is too much is refused and nothing piles up
 * meanwhile, and within a second of the trouble's end all are served.
 */
@Timeout(60)
@Tag("any-jdk")
class OverloadIT {
  private static final int CALLERS = 200;

  /** Of a caller between two calls: together they ask 4,000 times a second. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** What it says to whom it refuses. */
  private static final String TELLING =
      ".*(calls failed too often|calls wait for an answer|time of the operation).*";

  private static final Duration LASTS = Duration.ofMillis(1_500);
  private static final Duration RECOVERY = Duration.ofSeconds(1);
  private static final int MORE_THREADS = 4;
  private static final long MORE_HEAP_MIB = 64;

  private static RedisServer server;
  private static TcpProxy proxy;
  private static CacheManager manager;
  private static NearsideCache<Integer, String> cache;
  private static ExecutorService threads;
  private static Hiccups hiccups;

  /** What is the matter with Redis. */
  private enum Trouble {
    /** 32 connections carry 640 calls a second then. */
    TAKES_50_MS {
      @Override
      void begin() {
        proxy.delay(Duration.ofMillis(25)); // in each direction
      }
    },
    TAKES_600_MS {
      @Override
      void begin() {
        proxy.delay(Duration.ofMillis(300));
      }
    },
    AWAY {
      @Override
      void begin() {
        proxy.cut();
      }
    },
    HANGS {
      @Override
      void begin() throws IOException {
        server.pause();
      }

      @Override
      void end() throws IOException {
        server.resume();
      }
    };

    abstract void begin() throws IOException;

    void end() throws IOException {
      proxy.heal();
    }
  }

  /** One who calls again and again, and what came of it. Read by others when it has ended. */
  private static final class Caller implements Runnable {
    private final int key;
    private final LongAdder done;
    private final Map<Reason, LongAdder> refused;
    private volatile boolean ended;
    private volatile long succeeded;

    Caller(int key, LongAdder done, Map<Reason, LongAdder> refused) {
      this.key = key;
      this.done = done;
      this.refused = refused;
    }

    @Override
    public void run() {
      LockSupport.parkNanos(PAUSE.toNanos() * key / CALLERS); // they do not march in step
      while (!ended) {
        long begun = System.nanoTime();
        try {
          cache.put(key, "value of " + key);
          succeeded = begun;
          done.increment();
        } catch (RemoteUnavailableException e) {
          refused.get(e.reason()).increment();
          if (e.reason() == Reason.SHED) {
            assertThat(e.isOutcomeUnknown()).isFalse();
            assertThat(e).hasMessageMatching(TELLING);
          }
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  @BeforeAll
  static void start() throws IOException {
    hiccups = new Hiccups();
    server = RedisServer.start();
    proxy = TcpProxy.to(server);
    manager =
        Nearside.builder()
            .address(proxy.address())
            .namespace("overload-" + UUID.randomUUID())
            .set("remote.circuitBreaker.openDuration", "10s") // none is over by chance
            .build();
    cache = cache(manager);
    await().ignoreExceptions().untilAsserted(() -> cache.put(0, "v"));
    for (int i = 0; i < 10 * CALLERS; i++) { // what is loaded and compiled is not so under load
      try {
        cache.put(i % CALLERS, "v");
      } catch (RemoteUnavailableException e) {
        assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE); // a busy machine, say
      }
    }
    threads = Executors.newFixedThreadPool(CALLERS);
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<Integer, String> cache(CacheManager of) {
    return of.createCache(
            "orders",
            NearsideConfiguration.builder(Integer.class, String.class)
                .topology(Topology.REMOTE)
                .timeToLive(Duration.ofHours(1))
                .failFast()
                .build())
        .unwrap(NearsideCache.class);
  }

  @AfterAll
  static void stop() throws IOException {
    threads.shutdownNow();
    manager.close();
    proxy.close();
    server.close();
    hiccups.close();
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void whatIsTooMuchIsRefusedAndAllAreServedWithinASecondAfterwards(Trouble trouble)
      throws Exception {
    LongAdder done = new LongAdder();
    Map<Reason, LongAdder> refused = new EnumMap<>(Reason.class);
    Stream.of(Reason.values()).forEach(reason -> refused.put(reason, new LongAdder()));
    List<Caller> callers = new ArrayList<>();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      Caller caller = new Caller(i, done, refused);
      callers.add(caller);
      running.add(threads.submit(caller));
    }
    long recovered;
    try {
      long start = System.nanoTime();
      await().until(() -> allSucceededSince(callers, start) != null && isUp());
      recovered = recovery(trouble, callers, refused);
    } finally {
      callers.forEach(caller -> caller.ended = true);
    }
    for (Future<?> each : running) {
      each.get(); // nothing else was thrown
    }
    System.out.printf(
        "overload, Redis %s: %s calls done, refused %s; all %d callers served %d ms after its"
            + " end%n",
        trouble, done, refused, CALLERS, recovered);
    assertThat(recovered).isLessThanOrEqualTo(RECOVERY.toMillis());
  }

  private static boolean isUp() {
    return cache.health().status() == Status.UP;
  }

  /**
   * Returns after how many milliseconds all callers are served again, but for those in which the
   * machine stood still.
   */
  private static long recovery(
      Trouble trouble, List<Caller> callers, Map<Reason, LongAdder> refused) throws Exception {
    long threadsBefore = ownThreads();
    long heapBefore = heapMib();
    trouble.begin();
    try {
      Load.last(LASTS);
      assertThat(refused.get(Reason.SHED).sum()).isPositive();
      assertThat(ownThreads()).isLessThanOrEqualTo(threadsBefore + MORE_THREADS);
      assertThat(heapMib()).isLessThanOrEqualTo(heapBefore + MORE_HEAP_MIB);
    } finally {
      trouble.end();
    }
    long end = System.nanoTime();
    long hiccuped = hiccups.total();
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> allSucceededSince(callers, end) != null);
    Long last = allSucceededSince(callers, end);
    long nanos = (last == null ? System.nanoTime() : last) - end;
    return Duration.ofNanos(Math.max(0, nanos - (hiccups.total() - hiccuped))).toMillis();
  }

  /** When the last of the callers began a call that succeeded; null if not all have since then. */
  private static @Nullable Long allSucceededSince(List<Caller> callers, long nanos) {
    long last = nanos;
    for (Caller caller : callers) {
      long succeeded = caller.succeeded;
      if (succeeded == 0 || succeeded - nanos < 0) {
        return null;
      }
      last = Math.max(last, succeeded);
    }
    return last;
  }

  /** Of the caches, not of what stands between them and Redis here. */
  private static long ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.getName().startsWith("proxy "))
        .count();
  }

  private static long heapMib() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
  }
}
