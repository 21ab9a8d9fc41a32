package io.nearside.spi;

import io.nearside.Topology;
import io.nearside.config.CacheSettings;
import io.nearside.config.MetricsSettings;
import io.nearside.observe.CacheFigures;
import io.nearside.observe.CacheRecorder;
import io.nearside.observe.Metrics;
import io.nearside.observe.Metrics.CacheMetrics;
import io.nearside.observe.PartRecorder;
import io.nearside.observe.Spans;
import io.nearside.observe.Summary;
import io.nearside.observe.Timers.Tier;
import io.nearside.observe.micrometer.MicrometerMetrics;
import io.nearside.observe.micrometer.MicrometerSpans;
import io.nearside.store.Clock;
import io.nearside.store.remote.RemoteTier;
import java.time.Duration;
import java.util.Collection;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is shown what a manager's caches do: recorders, and what reads them. Micrometer is looked for
 * only where somebody wants it. Thread-safe.
 */
final class Observability implements AutoCloseable {
  private static final Logger SUMMARY = LoggerFactory.getLogger("io.nearside.summary");

  private final MetricsSettings settings;
  private final String manager;
  private final Clock clock;
  private final Supplier<Collection<CacheFigures>> caches;
  private final Metrics metrics;
  private final @Nullable Spans spans;
  private final PartRecorder node;
  private volatile @Nullable Summary summary;

  /**
   * @param manager its URI
   * @param caches that are open
   * @throws CacheException if Micrometer is wanted and not there
   */
  Observability(
      MetricsSettings settings,
      String manager,
      Clock clock,
      Supplier<Collection<CacheFigures>> caches) {
    this.settings = settings;
    this.manager = manager;
    this.clock = clock;
    this.caches = caches;
    this.spans =
        settings.observationRegistry() == null
            ? null
            : new MicrometerSpans(settings.observationRegistry());
    this.metrics = metrics(settings, manager);
    this.node = new PartRecorder("", clock::nanos, metrics.timers(), spans);
  }

  private static Metrics metrics(MetricsSettings settings, String manager) {
    if (!settings.hasMeters()) {
      return Metrics.NONE;
    }
    try {
      Object own = settings.meterRegistry();
      return new MicrometerMetrics(own == null ? MicrometerMetrics.global() : own, manager);
    } catch (NoClassDefFoundError e) {
      throw new CacheException(
          "metrics.registry: global needs Micrometer, which is not on the class path ("
              + e.getMessage()
              + "): add io.micrometer:micrometer-core, or take the setting out",
          e);
    }
  }

  /** What the node's connections tell. */
  PartRecorder node() {
    return node;
  }

  /** Of a cache that is being made. */
  CacheMetrics metrics(CacheSettings<?, ?> cache) {
    return metrics.cache(cache.name());
  }

  /** What that cache and its parts tell. */
  CacheRecorder recorder(CacheSettings<?, ?> cache, CacheMetrics shown) {
    CacheRecorder.Terms terms =
        new CacheRecorder.Terms(
            cache.name(),
            cache.topology() == Topology.LOCAL ? Tier.LOCAL : Tier.REMOTE,
            metrics.isOn() || settings.summary() != null,
            shown.timers(),
            spans);
    return new CacheRecorder(terms, cache.statisticsEnabled(), clock::nanos);
  }

  /**
   * Begins to show the manager.
   *
   * @param remote null if there is none
   * @param copies null likewise
   */
  void start(@Nullable RemoteTier remote, @Nullable CopyTier copies) {
    DoubleSupplier proof = (copies == null) ? () -> Double.NaN : copies::proofSeconds;
    if (remote != null && metrics.isOn()) {
      metrics.show(node, remote.figures(), proof);
      remote.watchServers(settings.server(), metrics::servers);
    }
    Duration interval = settings.summary();
    if (interval != null) {
      summary =
          new Summary(
              manager,
              interval.toNanos(),
              clock::nanos,
              caches,
              remote == null ? null : new Summary.Remote(remote.figures(), proof),
              SUMMARY::info);
    }
  }

  /** Says what is due in the log. */
  void tick() {
    Summary line = summary;
    if (line != null) {
      line.tick();
    }
  }

  @Override
  public void close() {
    metrics.close();
  }
}
