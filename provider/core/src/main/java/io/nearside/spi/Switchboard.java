package io.nearside.spi;

import io.nearside.Operations;
import io.nearside.cache.CacheLifecycle;
import io.nearside.cache.StoreCache;
import io.nearside.config.Tunable;
import io.nearside.store.Clock;
import io.nearside.store.remote.RemoteTier;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes operators' orders, for this node or by Redis for all, and has the caches follow them.
 * Thread-safe; its lock is held around no call of Redis, and no user code but class loaders.
 */
final class Switchboard {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.operations");
  private static final String ALL = "*";
  private static final String MODE = "mode";
  private static final int HISTORY = 100;
  private static final int MOST = 1_000;
  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_VALUE = 100;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final String name;
  private final @Nullable RemoteTier remote;
  private final Clock clock;
  private final Supplier<Collection<StoreCache<?, ?>>> caches;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean looking = new AtomicBoolean();

  /** Guarded by the lock, as all below. */
  private final Map<About, Given> own = new HashMap<>();

  private Map<About, Given> shared = Map.of();

  /** What a cache does not follow since it does not fit its configuration. */
  private final Map<About, Operations.Order> unfit = new HashMap<>();

  private final ArrayDeque<Operations.Order> history = new ArrayDeque<>();

  /**
   * Grows with each change of what is shared, so that an older answer does not undo a newer one.
   */
  private long changes;

  private long lookedAt;

  /** What an order is about. */
  private record About(String cache, String setting) {
    /** No setting has a space. */
    String text() {
      return setting + " " + cache;
    }

    static About parse(String text) {
      int space = text.indexOf(' ');
      return new About(text.substring(space + 1), text.substring(0, Math.max(0, space)));
    }
  }

  /** An order. */
  private record Given(String value, long atMillis, String by) {
    String text() {
      return value + " " + atMillis + " " + by;
    }

    static @Nullable Given parse(String text) {
      String[] words = text.split(" ", 3);
      return (words.length < 3 || !words[1].matches("[0-9]{1,15}"))
          ? null
          : new Given(words[0], Long.parseLong(words[1]), words[2]);
    }
  }

  /**
   * @param name of the manager, for the log
   * @param remote null without Redis
   * @param caches those that are open
   */
  Switchboard(
      String name,
      @Nullable RemoteTier remote,
      Clock clock,
      Supplier<Collection<StoreCache<?, ?>>> caches) {
    this.name = name;
    this.remote = remote;
    this.clock = clock;
    this.caches = caches;
    this.lookedAt = clock.nanos() - LOOK_NANOS;
  }

  Operations all() {
    return new Desk(ALL);
  }

  Operations of(String cache) {
    return new Desk(cache);
  }

  /** One who gives orders for one cache, or all. */
  private final class Desk implements Operations {
    private final String cache;

    Desk(String cache) {
      this.cache = cache;
    }

    @Override
    public Mode mode() {
      for (StoreCache<?, ?> open : caches.get()) {
        if (open.getName().equals(cache)) {
          return open.lifecycle().mode();
        }
      }
      Order order = effective(ALL, MODE);
      Mode mode = (order == null) ? null : modeOf(order.value());
      return (mode == null) ? Mode.NORMAL : mode;
    }

    @Override
    public void mode(@Nullable Mode mode, Scope scope, String by) {
      Objects.requireNonNull(scope, "scope is null");
      requireName(by);
      if (mode != null) {
        for (StoreCache<?, ?> open : caches.get()) {
          if (open.getName().equals(cache)) {
            open.lifecycle().checkMode(mode);
          }
        }
      }
      order(new About(cache, MODE), mode == null ? null : mode.name(), scope, by);
    }

    @Override
    public List<Setting> settings() {
      return mine()
          .sorted(Comparator.comparing(StoreCache::getName))
          .flatMap(open -> open.lifecycle().settings(effective(open.getName())).stream())
          .toList();
    }

    private Stream<StoreCache<?, ?>> mine() {
      return caches.get().stream()
          .filter(open -> cache.equals(ALL) || open.getName().equals(cache));
    }

    @Override
    public void set(String setting, @Nullable String value, Scope scope, String by) {
      Objects.requireNonNull(scope, "scope is null");
      requireName(by);
      Tunable tunable = Tunable.of(setting);
      if (value == null) {
        order(new About(cache, tunable.path()), null, scope, by);
        return;
      }
      String wanted = value.strip();
      if (wanted.length() > LONGEST_VALUE) {
        throw new IllegalArgumentException(
            tunable.path() + " must have at most " + LONGEST_VALUE + " characters");
      }
      check(tunable, wanted);
      order(new About(cache, tunable.path()), wanted, scope, by);
    }

    private void check(Tunable tunable, String value) {
      List<StoreCache<?, ?>> all = mine().toList();
      if (all.isEmpty()) {
        tunable.check(value);
      }
      List<StoreCache<?, ?>> able =
          all.stream().filter(open -> open.lifecycle().isTunable(tunable)).toList();
      // Where none is able the first one says why.
      (able.isEmpty() ? all.stream().limit(1) : able.stream())
          .forEach(open -> open.lifecycle().checkTuning(tunable, value));
    }

    @Override
    public List<Order> history() {
      lock.lock();
      try {
        return history.stream()
            .filter(order -> cache.equals(ALL) || cacheOf(order, cache))
            .toList();
      } finally {
        lock.unlock();
      }
    }
  }

  private static boolean cacheOf(Operations.Order order, String cache) {
    return order.cache().equals(cache) || order.cache().equals(ALL);
  }

  private static void requireName(String by) {
    if (by.isBlank() || by.length() > LONGEST_NAME || by.chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException(
          "by must say in 1 to " + LONGEST_NAME + " characters of one line who orders it");
    }
  }

  private static Operations.@Nullable Mode modeOf(@Nullable String text) {
    for (Operations.Mode mode : Operations.Mode.values()) {
      if (mode.name().equals(text)) {
        return mode;
      }
    }
    return null;
  }

  private void order(About about, @Nullable String value, Operations.Scope scope, String by) {
    Given given = (value == null) ? null : new Given(value, clock.wallMillis(), by);
    if (scope == Operations.Scope.CLUSTER) {
      share(about, given, by);
      return;
    }
    lock.lock();
    try {
      if (given == null) {
        own.remove(about);
      } else {
        requireRoom(own, about, "this node");
        own.put(about, given);
      }
      note(about, value, scope, by, clock.wallMillis());
      follow();
    } finally {
      lock.unlock();
    }
  }

  private void requireRoom(Map<About, Given> orders, About about, String whom) {
    if (orders.size() >= MOST && !orders.containsKey(about)) {
      throw new IllegalStateException(
          name + ": " + MOST + " orders hold for " + whom + " already; take some back");
    }
  }

  private void share(About about, @Nullable Given given, String by) {
    RemoteTier redis = remote;
    if (redis == null) {
      throw new IllegalArgumentException(
          name + ": an order for all nodes needs a Redis (remote.address); give it for this node");
    }
    lock.lock();
    try {
      if (given != null) {
        requireRoom(shared, about, "all nodes");
      }
    } finally {
      lock.unlock();
    }
    Map<String, String> now = redis.order(about.text(), given == null ? "" : given.text());
    lock.lock();
    try {
      changes++;
      adopt(now, by);
    } finally {
      lock.unlock();
    }
  }

  /** Looks now and then what holds for all nodes; never waits. */
  void tick() {
    RemoteTier redis = remote;
    long now = clock.nanos();
    if (redis == null
        || caches.get().isEmpty()
        || !due(now)
        || !looking.compareAndSet(false, true)) {
      return;
    }
    long before = changes();
    redis
        .orders()
        .whenComplete((orders, failure) -> {
          looking.set(false);
          if (orders != null) {
            heard(orders, before);
          }
        });
  }

  private boolean due(long now) {
    lock.lock();
    try {
      if (now - lookedAt < LOOK_NANOS) {
        return false;
      }
      lookedAt = now;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private long changes() {
    lock.lock();
    try {
      return changes;
    } finally {
      lock.unlock();
    }
  }

  private void heard(Map<String, String> orders, long before) {
    lock.lock();
    try {
      if (changes == before) {
        adopt(orders, "unknown");
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * @param by who took back what is not there any more, if somebody did
   */
  private void adopt(Map<String, String> orders, String by) {
    Map<About, Given> next = new HashMap<>();
    orders.forEach((about, order) -> {
      Given given = Given.parse(order);
      if (given != null && next.size() < MOST) {
        next.put(About.parse(about), given);
      }
    });
    if (next.equals(shared)) {
      return;
    }
    Map<About, Given> before = shared;
    shared = Map.copyOf(next);
    next.forEach((about, given) -> {
      if (!given.equals(before.get(about))) {
        note(about, given.value, Operations.Scope.CLUSTER, given.by, given.atMillis);
      }
    });
    before.keySet().stream()
        .filter(about -> !next.containsKey(about))
        .forEach(about -> note(about, null, Operations.Scope.CLUSTER, by, clock.wallMillis()));
    follow();
  }

  private void note(
      About about, @Nullable String value, Operations.Scope scope, String by, long atMillis) {
    Operations.Order order = written(about, value, scope, by, atMillis);
    history.addLast(order);
    if (history.size() > HISTORY) {
      history.removeFirst();
    }
    LOG.warn(
        "{}: {} of {} is {} for {}, as ordered by {} at {}; see operations() or the MXBean"
            + " NearsideManager to order otherwise",
        name,
        about.setting,
        about.cache.equals(ALL) ? "all caches" : "cache \"" + about.cache + "\"",
        value == null ? "no longer ordered" : value,
        scope == Operations.Scope.CLUSTER ? "all nodes" : "this node",
        by,
        order.at());
  }

  /** A cache that has just been made; before anybody uses it. */
  void made(StoreCache<?, ?> cache) {
    lock.lock();
    try {
      follow(cache);
    } finally {
      lock.unlock();
    }
  }

  private void follow() {
    Collection<StoreCache<?, ?>> open = caches.get();
    open.forEach(this::follow);
    Set<String> names = open.stream().map(StoreCache::getName).collect(Collectors.toSet());
    unfit.keySet().removeIf(about -> !names.contains(about.cache));
  }

  private void follow(StoreCache<?, ?> cache) {
    followMode(cache);
    try {
      followSettings(cache);
    } catch (IllegalStateException e) {
      // it has just been closed
    }
  }

  private void followSettings(StoreCache<?, ?> cache) {
    CacheLifecycle<?, ?> lifecycle = cache.lifecycle();
    Map<Tunable, String> wanted = new EnumMap<>(Tunable.class);
    Map<Tunable, Operations.Order> orders = effective(cache.getName());
    for (Tunable setting : Tunable.values()) {
      Operations.Order order = orders.get(setting);
      String value = (order == null) ? null : order.value();
      if (value == null || order == null || !lifecycle.isTunable(setting)) {
        unfit.remove(new About(cache.getName(), setting.path()));
      } else if (fits(cache, setting, value, order)) {
        wanted.put(setting, value);
      }
    }
    lifecycle.tune(wanted);
  }

  /** What was ordered where another configuration holds need not fit here. */
  private boolean fits(
      StoreCache<?, ?> cache, Tunable setting, String value, Operations.Order order) {
    About about = new About(cache.getName(), setting.path());
    try {
      cache.lifecycle().checkTuning(setting, value);
      unfit.remove(about);
      return true;
    } catch (IllegalArgumentException e) {
      if (!order.equals(unfit.put(about, order))) {
        LOG.warn(
            "{}: {} of cache \"{}\" stays as configured, since what {} ordered does not fit: {}",
            name,
            setting.path(),
            cache.getName(),
            order.by(),
            e.getMessage());
      }
      return false;
    }
  }

  private void followMode(StoreCache<?, ?> cache) {
    CacheLifecycle<?, ?> lifecycle = cache.lifecycle();
    Operations.Order order = effective(cache.getName(), MODE);
    Operations.Mode mode = (order == null) ? null : modeOf(order.value());
    if (order == null || mode == null) {
      lifecycle.switchTo(Operations.Mode.NORMAL, "");
      return;
    }
    try {
      lifecycle.checkMode(mode);
      lifecycle.switchTo(mode, order.by());
    } catch (IllegalArgumentException e) { // of an order for all caches
      lifecycle.switchTo(Operations.Mode.NORMAL, "");
    }
  }

  /** The closest orders of the settings of a cache. */
  private Map<Tunable, Operations.Order> effective(String cache) {
    Map<Tunable, Operations.Order> orders = new EnumMap<>(Tunable.class);
    for (Tunable setting : Tunable.values()) {
      Operations.Order order = effective(cache, setting.path());
      if (order != null) {
        orders.put(setting, order);
      }
    }
    return orders;
  }

  /** The closest order of a setting of a cache. */
  private Operations.@Nullable Order effective(String cache, String setting) {
    lock.lock();
    try {
      for (Operations.Scope scope : Operations.Scope.values()) { // this node comes first
        for (String who : List.of(cache, ALL)) {
          About about = new About(who, setting);
          Given given = (scope == Operations.Scope.NODE ? own : shared).get(about);
          if (given != null) {
            return written(about, given.value, scope, given.by, given.atMillis);
          }
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private static Operations.Order written(
      About about, @Nullable String value, Operations.Scope scope, String by, long atMillis) {
    return new Operations.Order(
        about.cache, about.setting, value, scope, by, Instant.ofEpochMilli(atMillis));
  }
}
