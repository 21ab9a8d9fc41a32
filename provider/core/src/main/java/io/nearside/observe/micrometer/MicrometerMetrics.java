package io.nearside.observe.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.nearside.observe.CacheRecorder.Timed;
import io.nearside.observe.Count;
import io.nearside.observe.Metrics;
import io.nearside.observe.PartRecorder;
import io.nearside.observe.RemoteFigures;
import io.nearside.observe.RemoteFigures.BreakerState;
import io.nearside.observe.ServerFigures;
import io.nearside.observe.Step;
import io.nearside.observe.Timers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Meters of a manager in a Micrometer registry. Counts and figures are looked at when the registry
 * asks; only durations are pushed, of calls of Redis, of loads, and of a sample of the rest. Tags
 * hold names of caches, and else one of a few words. Thread-safe.
 */
public final class MicrometerMetrics implements Metrics, Timers {
  /** The most caches that have meters of their own. */
  static final int MAXIMUM_CACHES = 200;

  /** The most kinds of calls; there are fewer. */
  private static final int MAXIMUM_CALLS = 100;

  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.observe");

  /** The managers that a registry has meters of; guarded by the lock. */
  private static final Map<MeterRegistry, Set<String>> MANAGERS = new WeakHashMap<>();

  private static final ReentrantLock MANAGERS_LOCK = new ReentrantLock();

  private final MeterRegistry registry;
  private final String manager;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as the next three. */
  private final Set<String> caches = new HashSet<>();

  private final Map<String, Server> servers = new HashMap<>();
  private boolean warned;
  private boolean closed;
  private final Registered node;
  private final Map<String, Outcomes> calls = new ConcurrentHashMap<>();
  private final Map<String, Timer> queues = new ConcurrentHashMap<>();

  /** The timers of one kind of call. */
  private record Outcomes(Timer ok, Timer failed) {}

  /** The meters of a server, and what it said last. */
  private static final class Server {
    final Registered meters;
    volatile ServerFigures said;

    Server(Registered meters, ServerFigures said) {
      this.meters = meters;
      this.said = said;
    }
  }

  /**
   * @param registry a {@link MeterRegistry}
   * @param manager the URI, as a tag; numbered if the registry has meters of another manager of it
   */
  public MicrometerMetrics(Object registry, String manager) {
    this.registry = (MeterRegistry) registry;
    this.manager = claimed(this.registry, manager);
    this.node = registered();
    node.gauge(MeterName.CACHES, this::count);
  }

  /** Micrometer's own registry. */
  public static Object global() {
    return io.micrometer.core.instrument.Metrics.globalRegistry;
  }

  private static String claimed(MeterRegistry registry, String name) {
    MANAGERS_LOCK.lock();
    try {
      Set<String> taken = MANAGERS.computeIfAbsent(registry, absent -> new HashSet<>());
      String free = name;
      for (int i = 2; !taken.add(free); i++) {
        free = name + "#" + i;
      }
      return free;
    } finally {
      MANAGERS_LOCK.unlock();
    }
  }

  private static void released(MeterRegistry registry, String name) {
    MANAGERS_LOCK.lock();
    try {
      Set<String> taken = MANAGERS.get(registry);
      if (taken != null) {
        taken.remove(name);
      }
    } finally {
      MANAGERS_LOCK.unlock();
    }
  }

  Registered registered(String... own) {
    return new Registered(registry, Tags.of("cache.manager", manager).and(own));
  }

  @Override
  public CacheMetrics cache(String name) {
    return new CacheMeters(this, name);
  }

  /** Whether there is room for one more cache. */
  boolean enter(String cache) {
    lock.lock();
    try {
      if (closed || caches.size() >= MAXIMUM_CACHES) {
        if (!closed && !warned) {
          warned = true;
          LOG.warn(
              "cache \"{}\": {} caches of {} have meters already, so neither it nor others that come"
                  + " have any; close caches that nobody needs, or use fewer",
              cache,
              MAXIMUM_CACHES,
              manager);
        }
        return false;
      }
      return caches.add(cache);
    } finally {
      lock.unlock();
    }
  }

  void leave(String cache) {
    lock.lock();
    try {
      caches.remove(cache);
    } finally {
      lock.unlock();
    }
  }

  private int count() {
    lock.lock();
    try {
      return caches.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Timers timers() {
    return this;
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public void show(PartRecorder recorder, RemoteFigures remote, DoubleSupplier proofSeconds) {
    error(recorder, Count.CALLS_UNREACHABLE, "unreachable");
    error(recorder, Count.CALLS_REFUSED, "refused");
    error(recorder, Count.CALLS_FULL, "full");
    error(recorder, Count.CALLS_DENIED, "denied");
    error(recorder, Count.CALLS_WRONG, "wrong");
    error(recorder, Count.CALLS_GIVEN_UP, "given_up");
    error(recorder, Count.CALLS_OVERLOADED, "overloaded");
    error(recorder, Count.CALLS_NOT_TRIED, "not_tried");
    breaker(recorder, Count.BREAKER_CLOSED, BreakerState.CLOSED, remote);
    breaker(recorder, Count.BREAKER_OPENED, BreakerState.OPEN, remote);
    breaker(recorder, Count.BREAKER_HALF_OPENED, BreakerState.HALF_OPEN, remote);
    node.gauge(MeterName.IN_FLIGHT, remote::callsInFlight);
    node.gauge(MeterName.CONNECTIONS, remote::connectionsInUse, "state", "used");
    node.gauge(
        MeterName.CONNECTIONS,
        () -> Math.max(0, remote.connections() - remote.connectionsInUse()),
        "state",
        "idle");
    node.gauge(MeterName.CONNECTIONS, remote::waitingForConnections, "state", "awaited");
    node.gauge(MeterName.CONNECTIONS_MAXIMUM, remote::maximumConnections);
    node.gauge(MeterName.PROOF, proofSeconds);
  }

  private void error(PartRecorder recorder, Count count, String reason) {
    node.counter(MeterName.CALL_ERRORS, () -> recorder.get(count), "reason", reason);
  }

  private void breaker(
      PartRecorder recorder, Count changes, BreakerState state, RemoteFigures remote) {
    String name = state.name().toLowerCase(Locale.ROOT);
    node.counter(MeterName.BREAKER_CHANGES, () -> recorder.get(changes), "state", name);
    node.gauge(MeterName.BREAKERS, () -> remote.breakers(state), "state", name);
  }

  @Override
  public void servers(List<ServerFigures> all) {
    lock.lock();
    try {
      Set<String> gone = new HashSet<>(servers.keySet());
      for (ServerFigures said : closed ? List.<ServerFigures>of() : all) {
        gone.remove(said.server());
        Server known = servers.get(said.server());
        if (known == null) {
          servers.put(said.server(), shown(said));
        } else {
          known.said = said;
        }
      }
      gone.forEach(this::forget);
    } finally {
      lock.unlock();
    }
  }

  private Server shown(ServerFigures said) {
    Registered meters = registered("server", said.server());
    Server server = new Server(meters, said);
    meters.gauge(MeterName.MEMORY_USED, () -> server.said.usedMemory());
    meters.gauge(
        MeterName.MEMORY_MAXIMUM,
        () -> server.said.maximumMemory() == 0 ? Double.NaN : server.said.maximumMemory());
    meters.counter(MeterName.SERVER_EVICTIONS, () -> server.said.evictedKeys());
    meters.gauge(MeterName.SERVER_CLIENTS, () -> server.said.clients());
    return server;
  }

  private void forget(String name) {
    Server gone = servers.remove(name);
    if (gone != null) {
      gone.meters.close();
    }
  }

  @Override
  public void took(Step step, String what, boolean failed, long nanos) {
    if (step == Step.NETWORK) {
      Outcomes known = calls.get(what);
      Outcomes outcomes = (known != null) ? known : outcomes(what);
      record(failed ? outcomes.failed : outcomes.ok, nanos);
    } else if (step == Step.QUEUE) {
      Timer known = queues.get(what);
      record(known != null ? known : queue(what), nanos);
    }
  }

  private Outcomes outcomes(String call) {
    String name = (calls.size() < MAXIMUM_CALLS) ? call : "other";
    return calls.computeIfAbsent(
        name,
        made ->
            new Outcomes(
                node.timer(MeterName.CALLS, "call", made, "result", "ok"),
                node.timer(MeterName.CALLS, "call", made, "result", "failed")));
  }

  private Timer queue(String what) {
    return queues.computeIfAbsent(what, made -> node.timer(MeterName.QUEUE, "for", made));
  }

  static void record(Timer timer, long nanos) {
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A node's calls are not those of a cache. */
  @Override
  public void took(Timed call, Tier tier, long nanos) {}

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      Set.copyOf(servers.keySet()).forEach(this::forget);
    } finally {
      lock.unlock();
    }
    node.close();
    released(registry, manager);
  }
}
