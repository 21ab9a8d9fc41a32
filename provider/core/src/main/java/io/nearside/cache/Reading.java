package io.nearside.cache;

import io.nearside.EntryView;
import io.nearside.EntryView.Freshness;
import io.nearside.EntryView.Tier;
import io.nearside.RemoteUnavailableException;
import io.nearside.load.Loaded;
import io.nearside.load.Loads;
import io.nearside.observe.CacheRecorder.Timed;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Fill;
import io.nearside.store.OperationTime;
import io.nearside.store.Outcome;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.Renewal;
import io.nearside.store.RenewedAll;
import io.nearside.store.Reservation;
import io.nearside.store.StaleEntry;
import io.nearside.store.StoredEntry;
import io.nearside.store.VersionedEntry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads, and what a miss does: reserve, load with nothing held, fill if the reservation stands.
 * Gives callers their own copies.
 */
final class Reading<K, V> {
  private final CacheParts<K, V> parts;
  private final boolean renews;
  private final boolean loadsAtOnce;

  Reading(CacheParts<K, V> parts) {
    this.parts = parts;
    this.renews = parts.expiry().renews();
    this.loadsAtOnce = parts.readThrough() != null && parts.store().batches();
  }

  /** Whether a read should reserve what it may have to load: by {@link #findOrLoad}. */
  boolean loadsAtOnce() {
    return loadsAtOnce;
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

  /** What there is of a key; no access. */
  @Nullable EntryView<V> view(K key) {
    long now = parts.clock().nanos();
    StoredEntry<V> entry = parts.degraded().entry(parts.store().peek(key, now));
    if (entry == null) {
      return null;
    }
    Duration left =
        entry.expiresAt() == StoredEntry.NEVER ? null : Duration.ofNanos(entry.expiresAt() - now);
    V value = parts.valueFor(entry);
    if (!(entry instanceof VersionedEntry<V> versioned)) {
      return new EntryView<>(value, Tier.LOCAL, Freshness.FRESH, null, left, null);
    }
    boolean stale = entry instanceof StaleEntry<V>;
    return new EntryView<>(
        value,
        stale || entry instanceof CopiedEntry<V> ? Tier.LOCAL : Tier.REMOTE,
        stale ? Freshness.STALE : Freshness.FRESH,
        Duration.ofNanos(Math.max(0, now - versioned.writtenAt())),
        left,
        versioned.identity().version());
  }

  /** A get of a cache with a loader whose store reads and reserves in one go. */
  @Nullable V findOrLoad(K key, long start) {
    Types.checkKey(parts.settings(), key);
    K own = parts.copier().copy(key);
    try (Attempts<K, V> attempts = new Attempts<>(parts.store(), own)) {
      ReadOrReserved<V> read = readOrReserve(own, start, attempts);
      StoredEntry<V> entry = parts.degraded().entry(read.outcome());
      if (entry != null && accessed(own, entry, start, attempts)) {
        return hit(entry, start);
      }
      parts.recorder().misses(1);
      Loads<K, V> loads = parts.readThrough();
      V value = (loads == null) ? null : load(key, read.reservation(), loads, attempts);
      parts.recorder().took(Timed.GET, start);
      return value;
    }
  }

  private ReadOrReserved<V> readOrReserve(K own, long start, Attempts<K, V> attempts) {
    try (OperationTime.Use use = attempts.use()) {
      return parts.store().readOrReserve(own, start);
    }
  }

  /** Counts a get that found its entry, and returns the caller's value. */
  V hit(StoredEntry<V> entry, long start) {
    V value = parts.valueFor(entry);
    if (entry instanceof CopiedEntry<V>) {
      parts.recorder().copyHit(start);
    } else {
      parts.recorder().hit(start);
    }
    return value;
  }

  /** Counts a get that found nothing, and loads. */
  @Nullable V miss(K key, long start) {
    Types.checkKey(parts.settings(), key);
    parts.recorder().misses(1);
    Loads<K, V> loads = parts.readThrough();
    V value = (loads == null) ? null : load(key, loads);
    parts.recorder().took(Timed.GET, start);
    return value;
  }

  Map<K, V> getAll(Set<? extends K> keys) {
    Map<K, V> found = new LinkedHashMap<>();
    Set<K> missing = new HashSet<>();
    int copies = 0;
    Function<K, @Nullable StoredEntry<V>> finder = finder(keys);
    for (K key : keys) {
      StoredEntry<V> entry = finder.apply(key);
      if (entry != null) {
        found.put(key, parts.valueFor(entry));
        copies += (entry instanceof CopiedEntry<V>) ? 1 : 0;
      } else {
        missing.add(key);
      }
    }
    parts.recorder().hits(found.size() - copies);
    parts.recorder().copyHits(copies);
    parts.recorder().misses(missing.size());
    Loads<K, V> loads = parts.readThrough();
    if (loads != null && !missing.isEmpty()) {
      found.putAll(loadAll(missing, loads, false));
    }
    return found;
  }

  private Function<K, @Nullable StoredEntry<V>> finder(Set<? extends K> keys) {
    if (!parts.store().batches()) {
      return key -> find(key, parts.clock().nanos());
    }
    Map<K, StoredEntry<V>> entries = new HashMap<>();
    OperationTime time = parts.store().operationTime();
    readAll(keys, time)
        .forEach((key, outcome) -> {
          StoredEntry<V> entry = parts.degraded().entry(outcome);
          if (entry != null) {
            entries.put(key, entry);
          }
        });
    if (renews) {
      entries.keySet().removeAll(expiredAfterAccess(entries, time));
    }
    return entries::get;
  }

  private Map<K, Outcome<V>> readAll(Set<? extends K> keys, OperationTime time) {
    try (OperationTime.Use use = time.use()) {
      return parts.store().readAll(keys, parts.clock().nanos());
    }
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
    if (!renews || entry.hasOwnLife()) {
      return true;
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

  /** Loads one key and stores what comes, unless the key has been changed since. */
  @Nullable V load(K key, Loads<K, V> loads) {
    K own = parts.copier().copy(key);
    try (Attempts<K, V> attempts = new Attempts<>(parts.store(), own)) {
      return load(key, reserve(own, attempts), loads, attempts);
    }
  }

  private Reservation reserve(K own, Attempts<K, V> attempts) {
    try (OperationTime.Use use = attempts.use()) {
      return parts.store().reserve(own);
    }
  }

  /**
   * @param key as the loader is to get it
   * @param reservation null if what comes can't be stored
   */
  private @Nullable V load(
      K key, @Nullable Reservation reservation, Loads<K, V> loads, Attempts<K, V> attempts) {
    try {
      Loaded<V> loaded = loads.load(key);
      V value = loaded.value();
      if (value == null) {
        return null;
      }
      Types.check(parts.settings(), key, value);
      if (reservation == null) {
        return value;
      }
      Change<V> change =
          Change.putIfAbsent(parts.copier().copy(value), expiry(loaded.timeToLive()).creation());
      return parts.copier().copy(fill(reservation, change, attempts));
    } finally {
      if (reservation != null) {
        parts.store().release(attempts.key(), reservation);
      }
    }
  }

  /** The value that the caller is to see: what is stored, or what was loaded. */
  private V fill(Reservation reservation, Change<V> change, Attempts<K, V> attempts) {
    parts.events().admit();
    long now = parts.clock().nanos();
    K key = attempts.key();
    try (OperationTime.Use use = attempts.use()) {
      Applied<V> applied = parts.store().fill(key, reservation, change.returningPrior(), now);
      if (!applied.done() && parts.store().peek(key, now) instanceof StoredEntry<V> live) {
        return live.value();
      }
      return Objects.requireNonNull(change.value());
    }
  }

  /**
   * Loads several keys by one call and stores what comes, unless a key has been changed since.
   *
   * @param replace whether values that are there are replaced
   */
  Map<K, V> loadAll(Set<K> keys, Loads<K, V> loads, boolean replace) {
    Set<K> own = new HashSet<>();
    keys.forEach(key -> own.add(parts.copier().copy(key)));
    Map<K, Reservation> reservations = parts.store().reserveAll(own);
    try {
      Map<K, Loaded<V>> loaded = loads.loadAll(keys);
      loaded.keySet().retainAll(reservations.keySet());
      return (replace || !parts.store().batches())
          ? storeEach(loaded, reservations, replace)
          : storeAll(loaded, reservations);
    } finally {
      reservations.forEach(parts.store()::release);
    }
  }

  private Map<K, V> storeEach(
      Map<K, Loaded<V>> loaded, Map<K, Reservation> reservations, boolean replace) {
    Map<K, V> result = new HashMap<>();
    loaded.forEach((key, one) -> {
      Reservation reservation = reservations.get(key);
      V value = one.value();
      if (reservation != null && value != null) {
        Types.check(parts.settings(), key, value);
        K own = parts.copier().copy(key);
        V mine = parts.copier().copy(value);
        Expiry expiry = expiry(one.timeToLive());
        try (Attempts<K, V> attempts = new Attempts<>(parts.store(), own)) {
          V seen =
              replace
                  ? refill(mine, reservation, expiry, attempts)
                  : fill(reservation, Change.putIfAbsent(mine, expiry.creation()), attempts);
          result.put(key, parts.copier().copy(seen));
        }
      }
    });
    return result;
  }

  private Map<K, V> storeAll(Map<K, Loaded<V>> loaded, Map<K, Reservation> reservations) {
    Map<K, Fill<V>> fills = new HashMap<>();
    Map<K, V> result = new HashMap<>();
    loaded.forEach((key, one) -> {
      Reservation reservation = reservations.get(key);
      V value = one.value();
      if (reservation != null && value != null) {
        Types.check(parts.settings(), key, value);
        parts.events().admit();
        result.put(key, value);
        Change<V> change =
            Change.putIfAbsent(parts.copier().copy(value), expiry(one.timeToLive()).creation());
        fills.put(parts.copier().copy(key), new Fill<>(reservation, change.returningPrior()));
      }
    });
    parts
        .store()
        .fillAll(fills, parts.clock().nanos())
        .forEach((key, applied) -> {
          StoredEntry<V> live = applied.prior();
          if (!applied.done() && live != null) {
            result.put(key, live.value());
          }
        });
    return result;
  }

  /** Creates or updates, as it turns out, since a policy's two lifetimes are not exchangeable. */
  private V refill(V value, Reservation reservation, Expiry expiry, Attempts<K, V> attempts) {
    parts.events().admit();
    long now = parts.clock().nanos();
    K key = attempts.key();
    if (expiry.constant()) {
      parts.store().fill(key, reservation, Change.put(value, expiry.creation()), now);
      return value;
    }
    Lives lives = new Lives(expiry);
    try (OperationTime.Use use = attempts.use()) {
      StoredEntry<V> live =
          parts.store().peek(key, now) instanceof StoredEntry<V> entry ? entry : null;
      for (; ; ) {
        Change<V> change = lives.put(live, value).returningPrior();
        Applied<V> applied = parts.store().fill(key, reservation, change, parts.clock().nanos());
        if (applied.done() || (live == null && applied.prior() == null)) {
          return value; // stored, or the reservation does not stand
        }
        if (live instanceof VersionedEntry<V> refused && refused.isSame(applied.prior())) {
          return value; // a load that began later has filled it
        }
        live = applied.prior();
      }
    }
  }

  /** A loader's own choice, or else the cache's. */
  Expiry expiry(@Nullable Duration timeToLive) {
    return (timeToLive == null) ? parts.expiry() : Expiries.ofEntry(timeToLive);
  }
}
