package io.nearside.spi;

import io.nearside.Operations;
import io.nearside.cache.CacheLifecycle;
import io.nearside.cache.StoreCache;
import io.nearside.store.Clock;
import io.nearside.store.remote.RemoteTier;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes operators' orders, for this node or by Redis for all, and has the caches follow them.
 * Thread-safe; its lock is held around no call of Redis and no user code.
 */
final class Switchboard {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.operations");
  private static final String ALL = "*";
  private static final String MODE = "mode";
  private static final int HISTORY = 100;
  private static final int MOST_SHARED = 1_000;
  private static final int LONGEST_NAME = 100;
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
      Given given = effective(ALL, MODE);
      Mode mode = (given == null) ? null : modeOf(given.value);
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

  private static Operations.@Nullable Mode modeOf(String text) {
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
        own.put(about, given);
      }
      note(about, value, scope, by, clock.wallMillis());
      follow();
    } finally {
      lock.unlock();
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
      if (given != null && shared.size() >= MOST_SHARED && !shared.containsKey(about)) {
        throw new IllegalStateException(
            name + ": " + MOST_SHARED + " orders hold for all nodes already; take some back");
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
      if (given != null && next.size() < MOST_SHARED) {
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
    Operations.Order order =
        new Operations.Order(
            about.cache, about.setting, value, scope, by, Instant.ofEpochMilli(atMillis));
    history.addLast(order);
    if (history.size() > HISTORY) {
      history.removeFirst();
    }
    LOG.warn(
        "{}: {} of {} is {} for {}, as ordered by {} at {}",
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
    caches.get().forEach(this::follow);
  }

  private void follow(StoreCache<?, ?> cache) {
    CacheLifecycle<?, ?> lifecycle = cache.lifecycle();
    Given given = effective(cache.getName(), MODE);
    Operations.Mode mode = (given == null) ? null : modeOf(given.value);
    if (given == null || mode == null) {
      lifecycle.switchTo(Operations.Mode.NORMAL, "");
      return;
    }
    try {
      lifecycle.checkMode(mode);
      lifecycle.switchTo(mode, given.by);
    } catch (IllegalArgumentException e) { // of an order for all caches
      lifecycle.switchTo(Operations.Mode.NORMAL, "");
    }
  }

  private @Nullable Given effective(String cache, String setting) {
    lock.lock();
    try {
      for (Map<About, Given> orders : List.of(own, shared)) {
        for (String who : List.of(cache, ALL)) {
          Given given = orders.get(new About(who, setting));
          if (given != null) {
            return given;
          }
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }
}
