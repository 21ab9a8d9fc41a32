package io.nearside.spi;

import io.nearside.HealthListener;
import io.nearside.NearsideHealth;
import io.nearside.NearsideHealth.Kind;
import io.nearside.NearsideHealth.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Tells listeners what changes in a manager's health: each what is different from what it was told
 * last, so nothing has to wait in a queue. Thread-safe.
 */
final class HealthEvents {
  static final int MOST = 100;

  private final Supplier<NearsideHealth> health;
  private final Executor executor;
  private final Logger log;
  private final Map<HealthListener, Told> listeners = new ConcurrentHashMap<>();

  /** What makes two problems the same. */
  private record Name(Kind kind, String cache, @Nullable String master) {
    static Name of(Problem problem) {
      return new Name(problem.kind(), problem.cache(), problem.master());
    }
  }

  /** What a listener knows; only who has made it busy may look or change. */
  private static final class Told {
    final AtomicBoolean busy = new AtomicBoolean();
    Map<Name, Problem> problems = Map.of();
    boolean failed;
  }

  /**
   * @param executor where listeners are called; at most one task for each
   */
  HealthEvents(Supplier<NearsideHealth> health, Executor executor, Logger log) {
    this.health = health;
    this.executor = executor;
    this.log = log;
  }

  /**
   * @throws IllegalStateException if there are too many
   */
  void add(HealthListener listener) {
    if (listeners.size() >= MOST && !listeners.containsKey(listener)) {
      throw new IllegalStateException(
          MOST + " health listeners are registered already; remove one, or tell several by one");
    }
    listeners.putIfAbsent(listener, new Told());
  }

  void remove(HealthListener listener) {
    listeners.remove(listener);
  }

  /** Looks what has changed; to be called several times a second. Never waits. */
  void tick() {
    if (listeners.isEmpty()) {
      return;
    }
    NearsideHealth now = health.get();
    Map<Name, Problem> problems = new HashMap<>();
    now.problems().forEach(problem -> problems.put(Name.of(problem), problem));
    listeners.forEach((listener, told) -> {
      if (told.busy.compareAndSet(false, true) && !tell(listener, told, now, problems)) {
        told.busy.set(false);
      }
    });
  }

  /** Whether a task has begun that will make it idle again. */
  private boolean tell(
      HealthListener listener, Told told, NearsideHealth now, Map<Name, Problem> problems) {
    if (told.problems.keySet().equals(problems.keySet())) {
      return false;
    }
    NearsideHealth.Change change =
        new NearsideHealth.Change(
            now, without(problems, told.problems), without(told.problems, problems));
    try {
      executor.execute(() -> call(listener, told, change, problems));
      return true;
    } catch (RejectedExecutionException e) { // the manager closes
      return false;
    }
  }

  private static List<Problem> without(Map<Name, Problem> some, Map<Name, Problem> others) {
    Map<Name, Problem> left = new HashMap<>(some);
    left.keySet().removeAll(others.keySet());
    return List.copyOf(left.values());
  }

  private void call(
      HealthListener listener,
      Told told,
      NearsideHealth.Change change,
      Map<Name, Problem> problems) {
    try {
      told.problems = problems;
      if (listeners.get(listener) == told) {
        listener.changed(change);
      }
    } catch (RuntimeException | Error e) {
      if (!told.failed) {
        told.failed = true;
        log.warn("health listener {} threw; it will not be said again", listener.getClass(), e);
      }
    } finally {
      told.busy.set(false);
    }
  }
}
