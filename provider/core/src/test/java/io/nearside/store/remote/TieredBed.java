package io.nearside.store.remote;

import static org.awaitility.Awaitility.await;

import io.nearside.coherence.Coherence;
import io.nearside.coherence.Coherence.AfterOutage;
import io.nearside.config.RemoteSettings;
import io.nearside.store.Bus;
import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Lives;
import io.nearside.store.RecordingObserver;
import io.nearside.store.StoreObserver;
import io.nearside.store.StoredEntry;
import io.nearside.store.local.LocalBound;
import io.nearside.store.local.LocalCopies;
import io.nearside.store.tiered.TieredSettings;
import io.nearside.store.tiered.TieredSettings.Promotion;
import io.nearside.store.tiered.TieredStore;
import io.nearside.store.tiered.Tiers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A node whose stores have copies: its bus runs, and its beats are sent. */
final class TieredBed implements AutoCloseable {
  static final Duration BOUND = Duration.ofSeconds(2);

  private static final Duration SOON = Duration.ofSeconds(30);

  final RemoteBed remote;
  private final Bus bus;
  private final Coherence coherence;
  private final ScheduledExecutorService ticking = Executors.newSingleThreadScheduledExecutor();

  TieredBed(RemoteBed remote) {
    this.remote = remote;
    this.bus = remote.tier.bus(BOUND.dividedBy(4));
    this.coherence = new Coherence(bus, BOUND, Clock.system(), AfterOutage.REVALIDATE);
    coherence.start();
    ticking.scheduleWithFixedDelay(this::tick, 0, 20, TimeUnit.MILLISECONDS);
  }

  TieredBed(RemoteSettings settings) {
    this(new RemoteBed(settings));
  }

  /** As {@link RemoteBed#connected}; copies are used already. */
  static TieredBed connected(LocalRedis redis) {
    TieredBed bed = new TieredBed(RemoteBed.connected(redis));
    bed.awaitProof();
    return bed;
  }

  private void tick() {
    remote.tier.tick();
    coherence.tick();
  }

  /** A store, and what it is made of. */
  record Made<K, V>(
      TieredStore<K, V> store, RemoteStore<K, V> authority, LocalCopies<K, V> copies) {}

  <K, V> Made<K, V> store(
      RemoteBed.Options options, Class<K> keys, Class<V> values, StoreObserver<K, V> observer) {
    return store(options, keys, values, observer, Duration.ZERO);
  }

  /**
   * @param staleness how old a copy may be that stands in for a Redis that is away
   */
  <K, V> Made<K, V> store(
      RemoteBed.Options options,
      Class<K> keys,
      Class<V> values,
      StoreObserver<K, V> observer,
      Duration staleness) {
    RemoteStore<K, V> authority = remote.authority(options, keys, values, observer);
    LocalCopies<K, V> copies =
        new LocalCopies<>(
            new LocalBound(1_000_000, null, null), remote.settings.partitions(), Clock.system());
    TieredStore<K, V> store =
        new TieredStore<>(
            new Tiers<>(
                authority,
                copies,
                UnaryOperator.identity(),
                coherence,
                remote.background,
                Clock.system()),
            new TieredSettings<>(
                BOUND.toNanos(),
                StoredEntry.NEVER,
                remote.tier.timeoutNanos(),
                value -> true,
                Promotion.AT_ONCE,
                256,
                staleness.toNanos()));
    return new Made<>(store, authority, copies);
  }

  /** Waits until copies answer. */
  void awaitProof() {
    TieredStore<Integer, String> any =
        store(
                RemoteBed.Options.of(RemoteBed.cacheName()),
                Integer.class,
                String.class,
                new RecordingObserver<>())
            .store();
    any.apply(1, Change.put("a", Lives.FOR_EVER), Clock.system().nanos());
    await()
        .atMost(SOON)
        .until(() -> any.read(1, Clock.system().nanos()) instanceof CopiedEntry<String>);
    any.close();
  }

  @Override
  public void close() {
    ticking.shutdownNow();
    coherence.close();
    bus.close();
    remote.close();
  }
}
