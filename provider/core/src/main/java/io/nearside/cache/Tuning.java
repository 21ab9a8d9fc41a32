package io.nearside.cache;

import io.nearside.Operations.Order;
import io.nearside.Operations.Setting;
import io.nearside.config.CacheSettings;
import io.nearside.config.CopySettings;
import io.nearside.config.ExpirySettings;
import io.nearside.config.LoadSettings;
import io.nearside.config.LocalSettings;
import io.nearside.config.Tunable;
import io.nearside.config.WriteBehindSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** Has a cache follow orders that change its settings while it runs. Thread-safe. */
final class Tuning {
  private final CacheEnvironment<?, ?> environment;
  private final CacheSettings<?, ?> configured;
  private final CacheParts<?, ?> parts;
  private final Consumer<WriteBehindSettings> queue;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as what holds now. */
  private Map<Tunable, String> orders = Map.of();

  private CacheSettings<?, ?> now;

  /**
   * @param queue takes over how writes wait
   */
  Tuning(
      CacheEnvironment<?, ?> environment,
      CacheParts<?, ?> parts,
      Consumer<WriteBehindSettings> queue) {
    this.environment = environment;
    this.configured = environment.settings();
    this.parts = parts;
    this.queue = queue;
    this.now = configured;
  }

  /** Why the cache can't change that while it runs, whatever the value; null if it can. */
  @Nullable String obstacle(Tunable setting) {
    LocalSettings local = configured.local();
    boolean kept = !local.equals(LocalSettings.NONE);
    return switch (setting) {
      case TIME_TO_LIVE, JITTER_RATIO -> obstacleToLife();
      case LOCAL_TIME_TO_LIVE -> local.copies() != null ? null : "it has no copies of entries";
      case LOCAL_MAXIMUM_SIZE ->
          kept && !local.weighted() ? null : "no number of entries bounds its local tier";
      case LOCAL_MAXIMUM_WEIGHT ->
          kept && local.weighted() ? null : "no weight bounds its local tier";
      case LOAD_MAXIMUM_CONCURRENT -> null;
      case WRITE_BEHIND_MAXIMUM_DEPTH, WRITE_BEHIND_BATCH_SIZE ->
          configured.writeBehind() != null ? null : "it has no write-behind";
    };
  }

  private @Nullable String obstacleToLife() {
    ExpirySettings expiry = configured.expiry();
    if (expiry.policy() != null
        || expiry.sliding() != null
        || expiry.maximumLife() != null
        || expiry.adaptive() != null) {
      return "an expiry policy, expiry.sliding or expiry.adaptive rules";
    }
    LoadSettings load = configured.load();
    return (load.stale() != null && load.refresh() != null && load.refresh().part() != null)
        ? "staleIfError is counted from a part of timeToLive"
        : null;
  }

  /**
   * @throws IllegalArgumentException if this cache can't change that, or not so
   */
  void check(Tunable setting, String value) {
    String obstacle = obstacle(setting);
    if (obstacle != null) {
      throw new IllegalArgumentException(
          "cache \""
              + configured.name()
              + "\": "
              + setting.path()
              + " can't be changed to "
              + value
              + " while it runs, since "
              + obstacle
              + ": change it in the configuration, and restart");
    }
    lock.lock();
    try {
      Map<Tunable, String> wanted = new EnumMap<>(Tunable.class);
      wanted.putAll(orders);
      wanted.put(setting, value);
      CacheSettings<?, ?> unused = environment.tuned().apply(wanted);
    } catch (CacheException e) {
      throw new IllegalArgumentException(
          e.getMessage() + "; so " + setting.path() + " can't be changed to " + value, e);
    } finally {
      lock.unlock();
    }
  }

  /** Follows these orders, which have been {@linkplain #check checked}, and no others. */
  void follow(Map<Tunable, String> next) {
    lock.lock();
    try {
      if (!next.equals(orders)) {
        CacheSettings<?, ?> wanted = environment.tuned().apply(next);
        apply(now, wanted);
        orders = Map.copyOf(next);
        now = wanted;
      }
    } finally {
      lock.unlock();
    }
  }

  private void apply(CacheSettings<?, ?> before, CacheSettings<?, ?> next) {
    if (!next.expiry().equals(before.expiry()) && obstacleToLife() == null) {
      parts
          .control()
          .life(
              Expiries.of(next.expiry(), null, environment.random(), e -> {}),
              next.load().refresh());
    }
    LocalSettings local = next.local();
    if (!local.equals(before.local())) {
      CopySettings copies = local.copies();
      parts
          .control()
          .tiers()
          .limit(
              local.weighted() ? local.maximumWeight() : local.maximumSize(),
              copies == null ? Durations.ETERNAL : Durations.nanos(copies.timeToLive()));
    }
    parts.gate().limit(next.load().maximumConcurrent());
    WriteBehindSettings behind = next.writeBehind();
    if (behind != null && !behind.equals(before.writeBehind())) {
      queue.accept(behind);
    }
  }

  /**
   * All that can be changed of this cache, and what holds.
   *
   * @param given what is ordered
   */
  List<Setting> settings(Map<Tunable, Order> given) {
    lock.lock();
    try {
      List<Setting> all = new ArrayList<>();
      for (Tunable one : Tunable.values()) {
        if (obstacle(one) == null) {
          Order order = orders.containsKey(one) ? given.get(one) : null;
          all.add(
              new Setting(
                  configured.name(), one.path(), text(one, now), text(one, configured), order));
        }
      }
      return all;
    } finally {
      lock.unlock();
    }
  }

  private static String text(Tunable setting, CacheSettings<?, ?> settings) {
    return switch (setting) {
      case TIME_TO_LIVE -> {
        Duration life = settings.expiry().timeToLive();
        yield (life == null) ? "eternal" : life.toString();
      }
      case JITTER_RATIO -> "" + settings.expiry().jitter().ratio();
      case LOCAL_TIME_TO_LIVE ->
          Objects.requireNonNull(settings.local().copies()).timeToLive().toString();
      case LOCAL_MAXIMUM_SIZE -> "" + settings.local().maximumSize();
      case LOCAL_MAXIMUM_WEIGHT -> "" + settings.local().maximumWeight();
      case LOAD_MAXIMUM_CONCURRENT -> {
        int most = settings.load().maximumConcurrent();
        yield (most == LoadSettings.UNBOUNDED) ? "unbounded" : "" + most;
      }
      case WRITE_BEHIND_MAXIMUM_DEPTH ->
          "" + Objects.requireNonNull(settings.writeBehind()).maximumDepth();
      case WRITE_BEHIND_BATCH_SIZE ->
          "" + Objects.requireNonNull(settings.writeBehind()).batchSize();
    };
  }
}
