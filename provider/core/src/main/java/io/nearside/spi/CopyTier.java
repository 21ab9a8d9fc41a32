package io.nearside.spi;

import io.nearside.coherence.Coherence;
import io.nearside.coherence.Coherence.AfterOutage;
import io.nearside.config.CacheSettings;
import io.nearside.config.CopySettings;
import io.nearside.config.ManagerConfiguration;
import io.nearside.config.NotFoundSettings;
import io.nearside.store.Authority;
import io.nearside.store.Bus;
import io.nearside.store.Clock;
import io.nearside.store.Copies;
import io.nearside.store.Store;
import io.nearside.store.StoredEntry;
import io.nearside.store.Trouble;
import io.nearside.store.local.LocalBound;
import io.nearside.store.local.LocalCopies;
import io.nearside.store.remote.RemoteTier;
import io.nearside.store.tiered.TieredSettings;
import io.nearside.store.tiered.TieredSettings.Promotion;
import io.nearside.store.tiered.TieredStore;
import io.nearside.store.tiered.Tiers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the two-tier caches of one manager share. A node without such a cache does not listen to
 * Redis. Thread-safe.
 */
final class CopyTier implements AutoCloseable {
  /** Reads of a key count towards its promotion for so long. */
  private static final long PROMOTION_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Reads that pass their copies by, at once, for each cache: more would only wait longer. */
  private static final int BYPASS_LIMIT = 256;

  private final RemoteTier remote;
  private final Duration bound;
  private final AfterOutage afterOutage;
  private final Clock clock;
  private final Executor background;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Bus bus;
  private volatile @Nullable Coherence coherence;

  /**
   * @param configuration says how old a copy may be that counts as fresh, and the like
   * @param background runs what calls Redis without a caller
   */
  CopyTier(
      RemoteTier remote, ManagerConfiguration configuration, Clock clock, Executor background) {
    this.remote = remote;
    this.bound = configuration.coherenceBound();
    this.afterOutage =
        configuration.revalidatesAfterOutage() ? AfterOutage.REVALIDATE : AfterOutage.TRUST;
    this.clock = clock;
    this.background = background;
  }

  /**
   * @param keys makes a copy's own key
   * @param weigher estimates what a value takes in memory, in bytes
   */
  <K, V> Store<K, V> store(
      CacheSettings<K, V> settings,
      Authority<K, V> authority,
      LocalBound localBound,
      UnaryOperator<K> keys,
      ToLongFunction<Object> weigher) {
    CopySettings own = settings.local().copies();
    if (own == null) {
      throw new IllegalStateException("settings of a two-tier cache without those of its copies");
    }
    Copies<K, V> copies = new LocalCopies<>(localBound, remote.partitions(), clock);
    return new TieredStore<>(
        new Tiers<>(
            authority, copies, blanks(settings.notFound()), keys, coherence(), background, clock),
        new TieredSettings<>(
            bound.toNanos(),
            nanos(own.timeToLive()),
            remote.timeoutNanos(),
            value -> weigher.applyAsLong(value) <= own.maximumValueBytes(),
            new Promotion(own.promoteAfter(), PROMOTION_NANOS),
            BYPASS_LIMIT,
            own.maximumStaleness() == null ? 0 : nanos(own.maximumStaleness())));
  }

  private <K> @Nullable Copies<K, Boolean> blanks(@Nullable NotFoundSettings wanted) {
    return (wanted == null)
        ? null
        : new LocalCopies<>(
            new LocalBound(wanted.maximumSize(), null, null), remote.partitions(), clock);
  }

  private static long nanos(Duration duration) {
    return duration.compareTo(Duration.ofNanos(StoredEntry.NEVER)) >= 0
        ? StoredEntry.NEVER
        : duration.toNanos();
  }

  private Coherence coherence() {
    lock.lock();
    try {
      Coherence known = coherence;
      if (known == null) {
        bus = remote.bus(bound.dividedBy(4));
        known = new Coherence(bus, bound, clock, afterOutage);
        known.start();
        coherence = known;
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  /** Why copies can't be used. */
  List<Trouble> troubles() {
    Coherence known = coherence;
    return (known == null) ? List.of() : known.troubles();
  }

  /** Age of the proof that copies are fresh, in seconds; not a number if there is none. */
  double proofSeconds() {
    Coherence known = coherence;
    long age = (known == null) ? -1 : known.proofAge();
    return (age < 0) ? Double.NaN : age / 1e9;
  }

  /** Sends the beats that are due; never waits. */
  void tick() {
    Coherence known = coherence;
    if (known != null) {
      known.tick();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (coherence != null) {
        coherence.close();
      }
      if (bus != null) {
        bus.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
