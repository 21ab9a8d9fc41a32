package io.nearside.cache;

import io.nearside.load.Loaded;
import io.nearside.load.Loads;
import io.nearside.observe.CacheRecorder.Timed;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.Outcome;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads, and what a miss does: reserve, load with nothing held, fill if the reservation stands.
 * Gives callers their own copies.
 */
final class Reading<K, V> {
  private final CacheParts<K, V> parts;
  private final boolean renews;

  Reading(CacheParts<K, V> parts) {
    this.parts = parts;
    this.renews = parts.expiry().renews();
  }

  /** The live entry of a key, its access noted by the expiry policy. */
  @Nullable StoredEntry<V> find(K key, long now) {
    Outcome<V> outcome = parts.store().read(key, now);
    return (outcome instanceof StoredEntry<V> entry && accessed(key, entry, now)) ? entry : null;
  }

  /** Counts a get that found its entry, and returns the caller's value. */
  V hit(StoredEntry<V> entry, long start) {
    V value = parts.valueFor(entry);
    parts.recorder().hit(start);
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
    for (K key : keys) {
      StoredEntry<V> entry = find(key, parts.clock().nanos());
      if (entry != null) {
        found.put(key, parts.valueFor(entry));
      } else {
        missing.add(key);
      }
    }
    parts.recorder().hits(found.size());
    parts.recorder().misses(missing.size());
    Loads<K, V> loads = parts.readThrough();
    if (loads != null && !missing.isEmpty()) {
      found.putAll(loadAll(missing, loads, false));
    }
    return found;
  }

  /**
   * Notes an access by the expiry policy.
   *
   * @return false if the entry has expired meanwhile
   */
  boolean accessed(K key, StoredEntry<V> entry, long now) {
    if (!renews || entry.hasOwnLife()) {
      return true;
    }
    long expiresAt = parts.expiry().accessed(entry, now);
    return expiresAt == Expiry.KEEP || parts.store().renew(key, entry, expiresAt);
  }

  /** Loads one key and stores what comes, unless the key has been changed since. */
  @Nullable V load(K key, Loads<K, V> loads) {
    K own = parts.copier().copy(key);
    Reservation reservation = parts.store().reserve(own);
    boolean filled = false;
    try {
      Loaded<V> loaded = loads.load(key);
      V value = loaded.value();
      if (value == null) {
        return null;
      }
      Types.check(parts.settings(), key, value);
      V mine = parts.copier().copy(value);
      Expiry expiry = expiry(loaded.timeToLive());
      filled = true;
      return parts.copier().copy(fill(own, mine, reservation, expiry));
    } finally {
      if (!filled) {
        parts.store().release(own, reservation);
      }
    }
  }

  /** The value that the caller is to see: what is stored, or what was loaded. */
  private V fill(K key, V value, Reservation reservation, Expiry expiry) {
    parts.events().admit();
    long now = parts.clock().nanos();
    Change<V> change = Change.putIfAbsent(value, expiry.creation());
    Applied<V> applied = parts.store().fill(key, reservation, change, now);
    if (!applied.done() && parts.store().peek(key, now) instanceof StoredEntry<V> live) {
      return live.value();
    }
    return value;
  }

  /**
   * Loads several keys by one call and stores what comes, unless a key has been changed since.
   *
   * @param replace whether values that are there are replaced
   */
  Map<K, V> loadAll(Set<K> keys, Loads<K, V> loads, boolean replace) {
    Map<K, Reservation> reservations = new HashMap<>();
    for (K key : keys) {
      K own = parts.copier().copy(key);
      reservations.put(own, parts.store().reserve(own));
    }
    Map<K, V> result = new HashMap<>();
    try {
      Map<K, V> loaded = parts.copier().copy(keys.isEmpty() ? Map.of() : loads.loadAll(keys));
      loaded.forEach((key, value) -> {
        Reservation reservation = reservations.remove(key);
        if (reservation != null) {
          Types.check(parts.settings(), key, value);
          K own = parts.copier().copy(key);
          V stored =
              replace
                  ? refill(own, value, reservation)
                  : fill(own, value, reservation, parts.expiry());
          result.put(key, parts.copier().copy(stored));
        }
      });
    } finally {
      reservations.forEach(parts.store()::release);
    }
    return result;
  }

  private V refill(K key, V value, Reservation reservation) {
    parts.events().admit();
    long now = parts.clock().nanos();
    Expiry expiry = parts.expiry();
    boolean there = parts.store().peek(key, now) instanceof StoredEntry<V>;
    Change<V> change = Change.put(value, there ? expiry.update() : expiry.creation());
    parts.store().fill(key, reservation, change, now);
    return value;
  }

  /** A loader's own choice, or else the cache's. */
  Expiry expiry(@Nullable Duration timeToLive) {
    return (timeToLive == null) ? parts.expiry() : Expiries.ofEntry(timeToLive);
  }
}
