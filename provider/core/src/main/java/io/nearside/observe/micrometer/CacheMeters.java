package io.nearside.observe.micrometer;

import io.micrometer.core.instrument.Timer;
import io.nearside.EvictionCause;
import io.nearside.Topology;
import io.nearside.observe.CacheFigures;
import io.nearside.observe.CacheRecorder;
import io.nearside.observe.CacheRecorder.Timed;
import io.nearside.observe.Count;
import io.nearside.observe.Metrics.CacheMetrics;
import io.nearside.observe.QueueFigures;
import io.nearside.observe.Step;
import io.nearside.observe.Timers;
import io.nearside.store.TierCount;
import io.nearside.store.TierCounts;
import java.time.Duration;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The meters of one cache, from when it is shown until it closes. Thread-safe. */
final class CacheMeters implements CacheMetrics, Timers {
  private static final Duration[] OPERATION_BUCKETS =
      micros(
          1, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000);
  private static final Duration[] LOAD_BUCKETS =
      micros(1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000);
  private static final double SECONDS_PER_MILLI = 1e-3;

  private final MicrometerMetrics owner;
  private final String name;
  private volatile @Nullable Shown shown;

  /**
   * What is registered.
   *
   * @param operations by call and tier; null where there is none such
   * @param loads that succeed, and that fail
   * @param codec for encoding, and for decoding; none of a local cache
   */
  private record Shown(
      Registered plain,
      Registered conventional,
      @Nullable Timer[][] operations,
      Timer[] loads,
      Timer[] codec) {}

  CacheMeters(MicrometerMetrics owner, String name) {
    this.owner = owner;
    this.name = name;
  }

  private static Duration[] micros(long... micros) {
    Duration[] durations = new Duration[micros.length];
    for (int i = 0; i < micros.length; i++) {
      durations[i] = Duration.ofNanos(micros[i] * 1_000);
    }
    return durations;
  }

  @Override
  public Timers timers() {
    return this;
  }

  @Override
  public void show(CacheFigures figures) {
    if (!owner.enter(name)) {
      return;
    }
    Registered plain = owner.registered("cache", name);
    Registered conventional = owner.registered("cache", name, "name", name);
    boolean remote = figures.topology() != Topology.LOCAL;
    shown =
        new Shown(
            plain,
            conventional,
            operations(plain, figures.topology()),
            new Timer[] {
              plain.timer(MeterName.LOADS, LOAD_BUCKETS, "result", "ok"),
              plain.timer(MeterName.LOADS, LOAD_BUCKETS, "result", "failed")
            },
            remote
                ? new Timer[] {
                  plain.timer(MeterName.CODEC, "operation", "encode"),
                  plain.timer(MeterName.CODEC, "operation", "decode")
                }
                : new Timer[0]);
    conventional(conventional, figures);
    plain(plain, figures);
    if (remote) {
      remote(plain, figures);
    }
    if (figures.topology() == Topology.TWO_TIER) {
      copies(plain, figures.tiers());
    }
    if (figures.writes() != null) {
      writes(plain, figures.writes());
    }
  }

  private static @Nullable Timer[][] operations(Registered plain, Topology topology) {
    @Nullable Timer[][] timers = new Timer[Timed.values().length][Tier.values().length];
    for (Timed call : Timed.values()) {
      for (Tier tier : Tier.values()) {
        boolean there =
            switch (topology) {
              case LOCAL -> tier == Tier.LOCAL;
              case REMOTE -> tier == Tier.REMOTE;
              case TWO_TIER -> tier == Tier.REMOTE || call == Timed.GET;
            };
        if (there) {
          timers[call.ordinal()][tier.ordinal()] =
              plain.timer(
                  MeterName.OPERATIONS,
                  OPERATION_BUCKETS,
                  "operation",
                  lower(call),
                  "tier",
                  lower(tier));
        }
      }
    }
    return timers;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void conventional(Registered meters, CacheFigures figures) {
    CacheRecorder recorder = figures.recorder();
    meters.counter(MeterName.GETS, recorder::hits, "result", "hit");
    meters.counter(MeterName.GETS, recorder::misses, "result", "miss");
    meters.counter(MeterName.PUTS, recorder::puts);
    meters.counter(MeterName.REMOVALS, recorder::removals);
    for (EvictionCause cause : EvictionCause.values()) {
      meters.counter(MeterName.EVICTIONS, () -> recorder.evictions(cause), "cause", lower(cause));
    }
    if (figures.entries() != null) {
      meters.gauge(MeterName.SIZE, figures.entries()::getAsLong);
    }
  }

  private static void plain(Registered meters, CacheFigures figures) {
    CacheRecorder recorder = figures.recorder();
    boolean remote = figures.topology() == Topology.REMOTE;
    boolean twoTier = figures.topology() == Topology.TWO_TIER;
    if (!remote) {
      meters.counter(
          MeterName.HITS, twoTier ? recorder::copyHits : recorder::hits, "tier", "local");
    }
    if (remote || twoTier) {
      meters.counter(
          MeterName.HITS,
          () -> Math.max(0, recorder.hits() - recorder.copyHits()),
          "tier",
          "remote");
    }
    meters.counter(MeterName.STALE, recorder::staleAnswers, "source", "expired");
    meters.counter(MeterName.NOT_FOUND, recorder::notFoundHits);
    meters.counter(MeterName.EXPIRATIONS, recorder::expirations);
    meters.counter(MeterName.REFRESHES, recorder::refreshes, "result", "ok");
    meters.counter(MeterName.REFRESHES, recorder::failedRefreshes, "result", "failed");
    meters.counter(MeterName.WARMED, recorder::warmedKeys);
    meters.counter(MeterName.WARMED_HITS, recorder::warmedHits);
    error(meters, figures, "unavailable", CacheRecorder::unavailables);
    error(meters, figures, "unreadable", CacheRecorder::unreadables);
    error(meters, figures, "unstored", CacheRecorder::unstored);
    error(meters, figures, "expiry_policy", CacheRecorder::failedPolicies);
    meters.gauge(MeterName.EVENTS_QUEUED, figures.queuedEvents()::getAsLong);
    meters.counter(MeterName.EVENTS_DROPPED, figures.droppedEvents());
    if (figures.weight() != null) {
      meters.gauge(MeterName.WEIGHT, figures.weight()::getAsLong);
    }
  }

  private static void error(
      Registered meters, CacheFigures figures, String reason, ToLongFunction<CacheRecorder> count) {
    CacheRecorder recorder = figures.recorder();
    meters.counter(MeterName.ERRORS, () -> count.applyAsLong(recorder), "reason", reason);
  }

  private static void remote(Registered meters, CacheFigures figures) {
    CacheRecorder recorder = figures.recorder();
    meters.counter(MeterName.BYTES, () -> recorder.get(Count.BYTES_IN), "direction", "in");
    meters.counter(MeterName.BYTES, () -> recorder.get(Count.BYTES_OUT), "direction", "out");
    meters.counter(
        MeterName.INVALIDATIONS, () -> recorder.get(Count.ANNOUNCED), "direction", "sent");
    if (figures.unsaid() != null) {
      meters.gauge(MeterName.UNSAID, figures.unsaid()::getAsLong);
    }
  }

  private static void copies(Registered meters, TierCounts counts) {
    meters.counter(
        MeterName.INVALIDATIONS, () -> counts.get(TierCount.ANNOUNCEMENTS), "direction", "heard");
    meters.counter(MeterName.STALE, () -> counts.get(TierCount.STALE_HITS), "source", "copy");
    copies(meters, counts, TierCount.PROMOTIONS, "promoted");
    copies(meters, counts, TierCount.DEMOTIONS, "demoted");
    copies(meters, counts, TierCount.REVALIDATIONS, "revalidated");
    copies(meters, counts, TierCount.RENEWALS, "renewed");
    meters.counter(
        MeterName.BYPASSED,
        () ->
            Math.max(0, counts.get(TierCount.BYPASSED_READS) - counts.get(TierCount.REFUSED_READS)),
        "outcome",
        "asked");
    meters.counter(
        MeterName.BYPASSED, () -> counts.get(TierCount.REFUSED_READS), "outcome", "refused");
  }

  private static void copies(Registered meters, TierCounts counts, TierCount what, String event) {
    meters.counter(MeterName.COPIES, () -> counts.get(what), "event", event);
  }

  private static void writes(Registered meters, QueueFigures queue) {
    meters.gauge(MeterName.WRITE_DEPTH, () -> queue.depths().get().all());
    meters.gauge(
        MeterName.WRITE_LAG, () -> queue.depths().get().oldestMillis() * SECONDS_PER_MILLI);
    meters.gauge(MeterName.WRITE_PARKED, () -> queue.depths().get().parked());
    meters.counter(MeterName.WRITES, queue.queue()::written, "result", "written");
    meters.counter(MeterName.WRITES, queue.queue()::failures, "result", "failed");
    meters.counter(MeterName.WRITES, queue.queue()::coalesced, "result", "coalesced");
  }

  @Override
  public void took(Step step, String what, boolean failed, long nanos) {
    Shown now = shown;
    if (now == null) {
      return;
    }
    if (step == Step.LOADER) {
      MicrometerMetrics.record(now.loads[failed ? 1 : 0], nanos);
    } else if (step == Step.CODEC && now.codec.length > 0) {
      MicrometerMetrics.record(now.codec[what.equals("encode") ? 0 : 1], nanos);
    }
  }

  @Override
  public void took(Timed call, Tier tier, long nanos) {
    Shown now = shown;
    Timer timer = (now == null) ? null : now.operations[call.ordinal()][tier.ordinal()];
    if (timer != null) {
      MicrometerMetrics.record(timer, nanos);
    }
  }

  @Override
  public void close() {
    Shown last = shown;
    shown = null;
    if (last != null) {
      last.plain.close();
      last.conventional.close();
      owner.leave(name);
    }
  }
}
