package io.nearside.config;

import io.nearside.Topology;
import io.nearside.config.Kind.Reach;
import java.time.Duration;
import javax.cache.CacheException;
import javax.cache.configuration.Factory;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/** Makes the settings of one cache out of all layers that speak of it. */
final class Resolver {
  private final Layers layers;
  private final ClassLoader classLoader;
  private final Layer.@Nullable Assigned cap;
  private final FoundBeans beans;
  private final Tiers tiers;
  private final Expiry expiry;

  /**
   * @param beans the cache's, found or to be found
   * @param cap the manager's {@code local.maximumWeight}
   */
  Resolver(
      Layers layers,
      Tiers tiers,
      ClassLoader classLoader,
      FoundBeans beans,
      Layer.@Nullable Assigned cap) {
    this.layers = layers;
    this.tiers = tiers;
    this.classLoader = classLoader;
    this.beans = beans;
    this.cap = cap;
    this.expiry = new Expiry(layers, classLoader);
  }

  /** Whether entries live for ever although nobody asked for it. */
  boolean isExpiryUnsaid() {
    return expiry.isUnsaid();
  }

  <K, V> CacheSettings<K, V> resolve(CodeLayer<K, V> code) {
    Topology topology = tiers.topology();
    tiers.warnOfStampsThatEnd(expiry);
    boolean remote = topology != Topology.LOCAL;
    if (remote) {
      refuseAdaptive(topology);
      refuseByReference(topology);
    }
    Factory<? extends CacheLoader<K, V>> loader = factory(Setting.LOADER, CacheLoader.class);
    Factory<? extends CacheWriter<? super K, ? super V>> writer =
        factory(Setting.WRITER, CacheWriter.class);
    boolean writesThrough = through(Setting.WRITE_THROUGH, Setting.WRITER);
    WriteBehindSettings behind =
        new Behind(layers, tiers.remote()).settings(topology, writer != null && writesThrough);
    boolean readsThrough = through(Setting.READ_THROUGH, Setting.LOADER);
    LoadSettings load = load(loader != null, remote);
    return new CacheSettings<>(
        layers.cacheName(),
        code.keyType(),
        code.valueType(),
        topology,
        remote || layers.flag(Setting.STORE_BY_VALUE, true),
        readsThrough,
        writesThrough,
        layers.flag(Setting.STATISTICS, false),
        layers.flag(Setting.MANAGEMENT, false),
        expiry.settings(),
        local(topology),
        remote || behind != null && behind.journal() != null || load.record() != null
            ? tiers.remoteSettings()
            : RemoteCacheSettings.DEFAULT,
        loader,
        load,
        writer,
        code.listeners(),
        layers.value(
            Setting.EVENTS_MAXIMUM_QUEUED,
            Integer.class,
            CacheSettings.DEFAULT_MAXIMUM_QUEUED_EVENTS),
        behind,
        new NotFound(layers, classLoader)
            .settings(loader != null && readsThrough, expiry.settings().jitter()));
  }

  private LoadSettings load(boolean loads, boolean remote) {
    RefreshSettings refresh = new Refresh(layers, expiry.settings()).settings(loads);
    Layer.Assigned hardTimeout = layers.first(Setting.LOAD_HARD_TIMEOUT);
    return new LoadSettings(
        hardTimeout == null ? null : hardTimeout.as(Duration.class),
        layers.value(Setting.LOAD_MAXIMUM_CONCURRENT, Integer.class, LoadSettings.UNBOUNDED),
        remote && boundsAllNodes(),
        layers.value(Setting.LOAD_LEASE, Duration.class, LoadSettings.DEFAULT_LEASE),
        refresh,
        new AutoRefresh(layers, expiry.settings()).settings(loads),
        new Stale(layers, expiry.settings()).settings(loads, refresh),
        new WarmRecord(layers).settings(loads));
  }

  /** That of defaults is for the caches that have a bound. */
  private boolean boundsAllNodes() {
    Reach asked = layers.value(Setting.LOAD_MAXIMUM_CONCURRENT_SCOPE, Reach.class, Reach.LOCAL);
    if (asked == Reach.LOCAL || layers.first(Setting.LOAD_MAXIMUM_CONCURRENT) != null) {
      return asked == Reach.CLUSTER;
    }
    Layer.Assigned own = layers.firstOwn(Setting.LOAD_MAXIMUM_CONCURRENT_SCOPE);
    if (own == null) {
      return false;
    }
    throw own.place()
        .error(
            Setting.LOAD_MAXIMUM_CONCURRENT_SCOPE.path(),
            "needs load.maximumConcurrent, which says how many loads all nodes may have under way,"
                + " was cluster without it: give it, or take this out");
  }

  private void refuseAdaptive(Topology topology) {
    Layer.Assigned minimum = layers.first(Setting.ADAPTIVE_MINIMUM);
    if (expiry.settings().adaptive() != null && minimum != null) {
      throw minimum
          .place()
          .error(
              "expiry.adaptive",
              "can't be used by "
                  + Place.owner(layers.cacheName())
                  + ", whose topology is "
                  + Choice.name(topology)
                  + ", as reads are counted in one JVM only:"
                  + " give timeToLive instead");
    }
  }

  /** JSR-107 has an exception of its own for what code asks for and can't have. */
  private void refuseByReference(Topology topology) {
    Layer.Assigned byValue = layers.firstOwn(Setting.STORE_BY_VALUE);
    if (byValue == null || byValue.as(Boolean.class)) {
      return;
    }
    String problem =
        "must be true with topology "
            + Choice.name(topology)
            + ", was false: take it out, or write local";
    CacheException refused = byValue.place().error(Setting.STORE_BY_VALUE.path(), problem);
    if (byValue.place().where().isEmpty()) {
      throw new UnsupportedOperationException(refused.getMessage());
    }
    throw refused;
  }

  @SuppressWarnings("unchecked")
  private <T> @Nullable Factory<T> factory(Setting setting, Class<?> required) {
    Layer.Assigned assigned = layers.first(setting);
    if (assigned == null) {
      return null;
    }
    if (assigned.value() instanceof Factory<?> factory) {
      return (Factory<T>) factory;
    }
    return beans.factory(assigned, setting, required, classLoader);
  }

  /** A class that a file names implies the mode; a JSR-107 configuration says it by itself. */
  private boolean through(Setting mode, Setting source) {
    Layer.Assigned said = layers.first(mode);
    Layer.Assigned made = layers.first(source);
    if (said == null) {
      return made != null && made.value() instanceof String;
    }
    boolean on = said.as(Boolean.class);
    // Code may say so without a loader: JSR-107 lets it, and its own checks apply.
    if (on && made == null && !said.place().where().isEmpty()) {
      throw said.place().error(mode.path(), "needs a " + source.path() + ": give one");
    }
    return on;
  }

  private LocalSettings local(Topology topology) {
    if (topology == Topology.REMOTE) {
      return LocalSettings.NONE;
    }
    LocalSettings bound = bound(topology == Topology.LOCAL && layers.isTimestamps());
    return topology == Topology.LOCAL
        ? bound
        : new LocalSettings(bound.maximumSize(), bound.maximumWeight(), tiers.copySettings());
  }

  /** What is for all caches throws no timestamps away. */
  private LocalSettings bound(boolean timestamps) {
    for (Layer layer : timestamps ? layers.own() : layers.all()) {
      Layer.Assigned size = layer.get(Setting.LOCAL_MAXIMUM_SIZE);
      Layer.Assigned weight = layer.get(Setting.LOCAL_MAXIMUM_WEIGHT);
      if (size != null) {
        tiers.warnOfEvictedStamps(size, Setting.LOCAL_MAXIMUM_SIZE, timestamps);
        return bySize(size);
      }
      if (weight != null) {
        tiers.warnOfEvictedStamps(weight, Setting.LOCAL_MAXIMUM_WEIGHT, timestamps);
        return byWeight(weight);
      }
    }
    if (timestamps) {
      return LocalSettings.ALL;
    }
    return cap == null
        ? new LocalSettings(LocalSettings.DEFAULT_MAXIMUM_SIZE, LocalSettings.UNBOUNDED)
        : new LocalSettings(LocalSettings.UNBOUNDED, cap.as(Long.class));
  }

  private LocalSettings bySize(Layer.Assigned size) {
    if (cap != null) {
      throw size.place()
          .error(
              Setting.LOCAL_MAXIMUM_SIZE.path(),
              "can't stand beside the manager's local.maximumWeight, which counts bytes:"
                  + " give local.maximumWeight instead");
    }
    return new LocalSettings(size.as(Long.class), LocalSettings.UNBOUNDED);
  }

  private LocalSettings byWeight(Layer.Assigned weight) {
    long bytes = weight.as(Long.class);
    if (cap != null && bytes > cap.as(Long.class)) {
      throw tooHeavy(weight, cap);
    }
    return new LocalSettings(LocalSettings.UNBOUNDED, bytes);
  }

  private static CacheException tooHeavy(Layer.Assigned weight, Layer.Assigned cap) {
    String problem =
        "must be at most the manager's local.maximumWeight "
            + cap.value()
            + ", was "
            + weight.value();
    return weight.place().error(Setting.LOCAL_MAXIMUM_WEIGHT.path(), problem);
  }
}
