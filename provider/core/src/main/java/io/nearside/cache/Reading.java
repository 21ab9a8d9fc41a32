package io.nearside.cache;

import io.nearside.EntryView;
import io.nearside.EntryView.Freshness;
import io.nearside.EntryView.Tier;
import io.nearside.RemoteUnavailableException;
import io.nearside.cache.BulkReadThrough.Result;
import io.nearside.cache.ReadThrough.Miss;
import io.nearside.load.Loads;
import io.nearside.observe.CacheRecorder.Timed;
import io.nearside.store.CopiedEntry;
import io.nearside.store.OperationTime;
import io.nearside.store.Outcome;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.Renewal;
import io.nearside.store.RenewedAll;
import io.nearside.store.StaleEntry;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import io.nearside.store.VersionedEntry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Reads; what is not there is loaded if there is a loader. Gives callers their own copies. */
final class Reading<K, V> {
  private final CacheParts<K, V> parts;
  private final ReadThrough<K, V> readThrough;
  private final BulkReadThrough<K, V> bulk;
  private final boolean renews;
  private final boolean batches;
  private final boolean loadsAtOnce;
  private final @Nullable Refresher<K, V> refresher;
  private final @Nullable AutoRefresher<K, V> autoRefresher;
  private final Warmth warmth;
  private final @Nullable StaleIfError<K, V> staleIfError;
  private final @Nullable ReadRecord<K> record;

  /**
   * @param record of what is read; null if there is none
   */
  Reading(
      CacheParts<K, V> parts,
      Executor background,
      RandomGenerator random,
      @Nullable ReadRecord<K> record) {
    this.parts = parts;
    this.readThrough = new ReadThrough<>(parts);
    this.bulk = new BulkReadThrough<>(parts, readThrough);
    this.renews = parts.expiry().renews();
    this.batches = parts.store().batches();
    this.loadsAtOnce = batches && parts.readThrough() != null;
    Pauses<K> failures = new Pauses<>();
    EarlyExpiry chance = EarlyExpiry.of(parts, random);
    this.refresher = Refresher.of(parts, bulk, background, chance, failures);
    this.autoRefresher = AutoRefresher.of(parts, bulk);
    this.warmth = new Warmth(parts.recorder());
    this.staleIfError = StaleIfError.of(parts, failures);
    this.record = record;
  }

  /** What loads one key. */
  ReadThrough<K, V> readThrough() {
    return readThrough;
  }

  /** What loads many. */
  BulkReadThrough<K, V> bulkReadThrough() {
    return bulk;
  }

  /** What loads chosen keys at intervals; null if nothing does. */
  @Nullable AutoRefresher<K, V> autoRefresher() {
    return autoRefresher;
  }

  /** Knows what was warmed. */
  Warmth warmth() {
    return warmth;
  }

  /** Whether a get should reserve what it may have to load: by {@link #findOrLoad}. */
  boolean loadsAtOnce() {
    return loadsAtOnce;
  }

  /** Whether a read may have to ask for more than what it has found: by {@link #found}. */
  boolean renews() {
    return renews;
  }

  /** Whether what a load of the key brings may be something else than what it loads. */
  boolean mayStandIn() {
    return staleIfError != null;
  }

  /** Whether the key's source is left alone, since it has failed of late. */
  boolean isPaused(K own) {
    return staleIfError != null && staleIfError.isPaused(own);
  }

  /** A get goes on that has found an entry, or none. */
  @Nullable V found(
      K key, @Nullable StoredEntry<V> entry, long start, @Nullable Loads<K, V> loads) {
    return (entry != null && accessed(key, entry, start))
        ? hit(key, entry, start)
        : miss(key, start, loads);
  }

  /** A get goes on that has found an entry, or reserved the key; which is given back here. */
  @Nullable V foundOrLoaded(K own, ReadOrReserved<V> read, long start, Loads<K, V> loads) {
    try (Attempts<K, V> attempts = new Attempts<>(parts.store(), own)) {
      return foundOrLoaded(parts.copier().copy(own), read, start, loads, attempts);
    }
  }

  /** A get of a cache that {@linkplain #loadsAtOnce() loads at once}. */
  @Nullable V findOrLoad(K key, long start) {
    Loads<K, V> loads = parts.readThrough();
    return (loads == null) ? miss(key, start) : findOrLoad(key, start, loads);
  }

  /** Counts a get that found nothing, and loads if there is a loader. */
  @Nullable V miss(K key, long start) {
    return miss(key, start, parts.readThrough());
  }

  /** A get that loads by that loader what is not there. */
  @Nullable V getOrLoad(K key, long start, Loads<K, V> loads) {
    if (batches) {
      return findOrLoad(key, start, loads);
    }
    StoredEntry<V> entry = find(key, start);
    return (entry != null) ? hit(key, entry, start) : miss(key, start, loads);
  }

  /** The live entry of a key, its access noted by the expiry policy. */
  @Nullable StoredEntry<V> find(K key, long now) {
    if (renews) {
      return findAndRenew(key, now);
    }
    Outcome<V> outcome = parts.store().read(key, now);
    return (outcome instanceof StoredEntry<V> entry) ? entry : parts.degraded().entry(outcome);
  }

  private @Nullable StoredEntry<V> findAndRenew(K key, long now) {
    try (Attempts<K, V> attempts = new Attempts<>(parts.store(), key)) {
      StoredEntry<V> entry = parts.degraded().entry(attempts.read(now));
      return (entry == null || accessed(key, entry, now, attempts)) ? entry : null;
    }
  }

  /** What there is of a key, as it was {@linkplain Store#peek looked at} at that time. */
  @Nullable EntryView<V> view(Outcome<V> outcome, long now) {
    StoredEntry<V> entry = parts.degraded().entry(outcome);
    if (entry == null) {
      return null;
    }
    Duration left =
        entry.expiresAt() == StoredEntry.NEVER ? null : Duration.ofNanos(entry.expiresAt() - now);
    V value = parts.valueFor(entry);
    if (!(entry instanceof VersionedEntry<V> versioned)) {
      return new EntryView<>(
          value, Tier.LOCAL, Freshness.FRESH, null, left, null, entry.notes().tags());
    }
    boolean stale = entry instanceof StaleEntry<V>;
    return new EntryView<>(
        value,
        stale || entry instanceof CopiedEntry<V> ? Tier.LOCAL : Tier.REMOTE,
        stale ? Freshness.STALE : Freshness.FRESH,
        Duration.ofNanos(Math.max(0, now - versioned.writtenAt())),
        left,
        versioned.identity().version(),
        entry.notes().tags());
  }

  private @Nullable V findOrLoad(K key, long start, Loads<K, V> loads) {
    Types.checkKey(parts.settings(), key);
    K own = parts.copier().copy(key);
    if (isPaused(own)) {
      StoredEntry<V> entry = find(own, start);
      return (entry != null) ? hit(own, entry, start) : miss(key, start, loads);
    }
    try (Attempts<K, V> attempts = new Attempts<>(parts.store(), own)) {
      return foundOrLoaded(key, readOrReserve(own, start, attempts), start, loads, attempts);
    }
  }

  private @Nullable V foundOrLoaded(
      K key, ReadOrReserved<V> read, long start, Loads<K, V> loads, Attempts<K, V> attempts) {
    K own = attempts.key();
    StoredEntry<V> entry = entryOrRelease(own, read);
    if (entry != null && accessed(own, entry, start, attempts)) {
      return hit(own, entry, start);
    }
    missed(own, start);
    V value =
        (staleIfError == null)
            ? readThrough.load(new Miss<>(key, attempts, true, null), read.reservation(), loads)
            : staleIfError.loadNow(
                key,
                impatience ->
                    readThrough.load(
                        new Miss<>(key, attempts, true, impatience), read.reservation(), loads));
    parts.recorder().took(Timed.GET, start);
    return value;
  }

  /** Counts a get that has found nothing. */
  void missed(K own, long start) {
    noteRead(own, start);
    warmth.missed(own);
    parts.recorder().misses(1);
  }

  /** The live entry that was read; null if there is none, or the store can't tell. */
  @Nullable StoredEntry<V> entryOrRelease(K own, ReadOrReserved<V> read) {
    try {
      return parts.degraded().entry(read.outcome());
    } catch (RemoteUnavailableException e) {
      if (read.reservation() != null) {
        parts.store().release(own, read.reservation());
      }
      throw e;
    }
  }

  private ReadOrReserved<V> readOrReserve(K own, long start, Attempts<K, V> attempts) {
    try (OperationTime.Use use = attempts.use()) {
      return parts.store().readOrReserve(own, start);
    }
  }

  /** Counts a get that found its entry, and returns the caller's value. */
  V hit(K key, StoredEntry<V> entry, long start) {
    noteRead(key, start);
    warmth.hit(key);
    if (refresher != null) {
      refresher.read(key, entry, start);
    }
    V value = parts.valueFor(entry);
    if (entry instanceof CopiedEntry<V>) {
      parts.recorder().copyHit(start);
    } else {
      parts.recorder().hit(start);
    }
    return value;
  }

  private void noteRead(K key, long now) {
    if (record != null) {
      record.read(key);
    }
    if (autoRefresher != null) {
      autoRefresher.read(key, now);
    }
  }

  private @Nullable V miss(K key, long start, @Nullable Loads<K, V> loads) {
    Types.checkKey(parts.settings(), key);
    missed(key, start);
    V value = (loads == null) ? null : load(key, loads);
    parts.recorder().took(Timed.GET, start);
    return value;
  }

  private @Nullable V load(K key, Loads<K, V> loads) {
    return (staleIfError == null)
        ? readThrough.load(key, loads)
        : staleIfError.load(key, impatience -> readThrough.load(key, loads, impatience));
  }

  /** What there is of the keys, or could be loaded; and why others have nothing. */
  Result<K, V> getAll(Set<? extends K> keys) {
    Result<K, V> found = new Result<>(new LinkedHashMap<>(), new LinkedHashMap<>());
    Set<K> missing = new HashSet<>();
    OperationTime time = parts.store().operationTime();
    try {
      find(keys, finder(keys, time), found, missing);
      Loads<K, V> loads = parts.readThrough();
      if (loads != null) {
        load(missing, loads, found, time);
      }
      return found;
    } finally {
      time.end();
    }
  }

  /**
   * What a getAll has found.
   *
   * @param missing keys that can be loaded
   * @param isAway whether the store could not say of all keys what it has
   */
  record Found<K, V>(Result<K, V> result, Set<K> missing, boolean isAway) {}

  /** A getAll goes on that has read its keys and notes no accesses. */
  Found<K, V> found(Set<K> keys, Map<K, Outcome<V>> outcomes) {
    Result<K, V> found = new Result<>(new LinkedHashMap<>(), new LinkedHashMap<>());
    Set<K> missing = new HashSet<>();
    find(keys, entries(outcomes)::get, found, missing);
    if (parts.readThrough() == null) {
      missing.clear();
    }
    return new Found<>(found, missing, isAway(outcomes));
  }

  /** Loads what it has not found. */
  Result<K, V> load(Found<K, V> found) {
    Loads<K, V> loads = Objects.requireNonNull(parts.readThrough());
    OperationTime time = parts.store().operationTime();
    try {
      if (found.isAway) {
        time.spend();
      }
      load(found.missing, loads, found.result, time);
      return found.result;
    } finally {
      time.end();
    }
  }

  private void find(
      Set<? extends K> keys,
      Function<K, @Nullable StoredEntry<V>> finder,
      Result<K, V> found,
      Set<K> missing) {
    int copies = 0;
    long start = parts.clock().nanos();
    for (K key : keys) {
      StoredEntry<V> entry = finder.apply(key);
      noteRead(key, start);
      if (entry != null) {
        warmth.hit(key);
        if (refresher != null) {
          refresher.read(key, entry, start);
        }
        found.values().put(key, parts.valueFor(entry));
        copies += (entry instanceof CopiedEntry<V>) ? 1 : 0;
      } else {
        warmth.missed(key);
        missing.add(key);
      }
    }
    parts.recorder().hits(found.values().size() - copies);
    parts.recorder().copyHits(copies);
    parts.recorder().misses(missing.size());
  }

  private void load(Set<K> missing, Loads<K, V> loads, Result<K, V> found, OperationTime time) {
    if (staleIfError != null) {
      staleIfError.answer(missing, found);
    }
    if (missing.isEmpty()) {
      return;
    }
    Result<K, V> loaded =
        bulk.load(missing, loads, staleIfError == null ? null : staleIfError.impatience(), time);
    found.values().putAll(loaded.values());
    if (staleIfError == null) {
      found.failures().putAll(loaded.failures());
    } else {
      staleIfError.answer(missing, loaded, found);
    }
  }

  private Function<K, @Nullable StoredEntry<V>> finder(Set<? extends K> keys, OperationTime time) {
    if (!batches) {
      return key -> find(key, parts.clock().nanos());
    }
    Map<K, StoredEntry<V>> entries = entries(readAll(keys, time));
    if (renews) {
      entries.keySet().removeAll(expiredAfterAccess(entries, time));
    }
    return entries::get;
  }

  private Map<K, StoredEntry<V>> entries(Map<K, Outcome<V>> outcomes) {
    Map<K, StoredEntry<V>> entries = new HashMap<>();
    outcomes.forEach((key, outcome) -> {
      StoredEntry<V> entry = parts.degraded().entry(outcome);
      if (entry != null) {
        entries.put(key, entry);
      }
    });
    return entries;
  }

  private static boolean isAway(Map<?, ? extends Outcome<?>> outcomes) {
    return outcomes.values().stream().anyMatch(Unavailable.class::isInstance);
  }

  private Map<K, Outcome<V>> readAll(Set<? extends K> keys, OperationTime time) {
    Map<K, Outcome<V>> outcomes;
    try (OperationTime.Use use = time.use()) {
      outcomes = parts.store().readAll(keys, parts.clock().nanos());
    }
    if (!isAway(outcomes)) {
      time.renew();
    }
    return outcomes;
  }

  /** Notes accesses by the expiry policy; returns the keys of what has expired meanwhile. */
  private Set<K> expiredAfterAccess(Map<K, StoredEntry<V>> entries, OperationTime time) {
    Map<K, Renewal<V>> renewals = new HashMap<>();
    long now = parts.clock().nanos();
    entries.forEach((key, entry) -> {
      long expiresAt = entry.hasOwnLife() ? Expiry.KEEP : parts.expiry().accessed(entry, now);
      if (expiresAt != Expiry.KEEP) {
        renewals.put(key, new Renewal<>(entry, expiresAt));
      }
    });
    if (renewals.isEmpty()) {
      return Set.of();
    }
    RenewedAll<K> renewed;
    try (OperationTime.Use use = time.use()) {
      renewed = parts.store().renewAll(renewals);
    }
    renewed.failed().values().forEach(parts.degraded()::forgive);
    return renewed.expired();
  }

  /** Notes an access that is an operation of its own, likewise. */
  boolean accessed(K key, StoredEntry<V> entry, long now) {
    try (Attempts<K, V> attempts = new Attempts<>(parts.store(), key)) {
      return accessed(key, entry, now, attempts);
    }
  }

  /**
   * Notes an access by the expiry policy.
   *
   * @return false if the entry has expired meanwhile
   */
  boolean accessed(K key, StoredEntry<V> entry, long now, Attempts<K, V> attempts) {
    if (!renews || entry.hasOwnLife() || entry instanceof StaleEntry<V>) {
      return true; // who could not be asked for it need not be asked to prolong its life
    }
    long expiresAt = parts.expiry().accessed(entry, now);
    return expiresAt == Expiry.KEEP || renewed(entry, expiresAt, attempts);
  }

  private boolean renewed(StoredEntry<V> entry, long expiresAt, Attempts<K, V> attempts) {
    try {
      return attempts.renew(entry, expiresAt);
    } catch (RemoteUnavailableException e) {
      parts.degraded().forgive(e);
      return true; // it has been read, and that its life is not prolonged does no harm
    }
  }
}
