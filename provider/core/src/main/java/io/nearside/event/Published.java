package io.nearside.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.event.CacheEntryListenerException;
import org.jspecify.annotations.Nullable;

/**
 * What a thread has queued and nobody has seen to yet. One for all caches: an entry processor of
 * one may change another, whose listeners must hear of it when the processor's lock is gone.
 */
final class Published {
  private static final ThreadLocal<@Nullable Published> MINE = new ThreadLocal<>();

  /** How many threads have something, so that all others need but this look. */
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final List<Pending> pending = new ArrayList<>(2);
  private final Map<Lane, Executor> unstarted = new HashMap<>(4);

  private record Pending(Lane lane, Delivery delivery, Executor executor) {}

  /** What this thread has published; made if there is nothing yet. */
  static Published mine() {
    Published mine = MINE.get();
    if (mine == null) {
      mine = new Published();
      MINE.set(mine);
      THREADS.incrementAndGet();
    }
    return mine;
  }

  /** Whether no thread has published anything that is not taken. */
  static boolean nobody() {
    return THREADS.get() == 0;
  }

  /** Takes what this thread has published; null if that is nothing. */
  static @Nullable Published take() {
    if (nobody()) {
      return null;
    }
    Published mine = MINE.get();
    if (mine != null) {
      MINE.remove();
      THREADS.decrementAndGet();
    }
    return mine;
  }

  /** Has asynchronous listeners told by now; the synchronous ones' events stay. */
  static void startMine() {
    Published mine = nobody() ? null : MINE.get();
    if (mine != null) {
      mine.start();
    }
  }

  /** To be delivered by this thread, or one that comes to it earlier. */
  void add(Lane lane, Delivery delivery, Executor executor) {
    pending.add(new Pending(lane, delivery, executor));
  }

  /** To be worked off by the executor. */
  void addUnstarted(Lane lane, Executor executor) {
    unstarted.put(lane, executor);
  }

  void start() {
    unstarted.forEach(Lane::workOff);
    unstarted.clear();
  }

  /**
   * Returns when all has been delivered.
   *
   * @throws CacheEntryListenerException of the first listener that threw; all were called
   */
  void await() {
    CacheEntryListenerException thrown = null;
    for (Pending each : pending) {
      each.lane().await(each.delivery());
      thrown = merged(thrown, each.delivery().failure());
    }
    if (thrown != null) {
      throw thrown;
    }
  }

  private static @Nullable CacheEntryListenerException merged(
      @Nullable CacheEntryListenerException earlier, @Nullable RuntimeException failure) {
    if (failure == null || failure == earlier) {
      return earlier;
    }
    if (earlier != null) {
      earlier.addSuppressed(failure);
      return earlier;
    }
    return (failure instanceof CacheEntryListenerException known)
        ? known
        : new CacheEntryListenerException("a cache entry listener threw " + failure, failure);
  }

  /** Delivers what no other thread is delivering already; failures go to the log. */
  void deliverWithoutWaiting() {
    for (Pending each : pending) {
      each.delivery().abandon();
      each.lane().tryWorkOff();
    }
  }

  /** Has the executor deliver; failures go to the log. */
  void deliverLater() {
    Set<Lane> seen = new HashSet<>();
    for (Pending each : pending) {
      each.delivery().abandon();
      if (seen.add(each.lane())) {
        each.lane().offer(each.executor());
      }
    }
  }
}
