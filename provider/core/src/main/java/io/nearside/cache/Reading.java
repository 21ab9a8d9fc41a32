package io.nearside.cache;

import io.nearside.load.Loaded;
import io.nearside.load.Loads;
import io.nearside.observe.CacheRecorder.Timed;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.Lifetime;
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
    try {
      Loaded<V> loaded = loads.load(key);
      V value = loaded.value();
      if (value == null) {
        return null;
      }
      Types.check(parts.settings(), key, value);
      V mine = parts.copier().copy(value);
      return parts.copier().copy(fill(own, mine, reservation, expiry(loaded.timeToLive())));
    } finally {
      parts.store().release(own, reservation);
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
    Map<K, V> result = new HashMap<>();
    try {
      for (K key : keys) {
        K own = parts.copier().copy(key);
        reservations.put(own, parts.store().reserve(own));
      }
      loads
          .loadAll(keys)
          .forEach((key, loaded) -> {
            Reservation reservation = reservations.get(key);
            V value = loaded.value();
            if (reservation != null && value != null) {
              Types.check(parts.settings(), key, value);
              K own = parts.copier().copy(key);
              V mine = parts.copier().copy(value);
              Expiry expiry = expiry(loaded.timeToLive());
              V seen =
                  replace
                      ? refill(own, mine, reservation, expiry)
                      : fill(own, mine, reservation, expiry);
              result.put(key, parts.copier().copy(seen));
            }
          });
    } finally {
      reservations.forEach(parts.store()::release);
    }
    return result;
  }

  /** Creates or updates, as it turns out, since a policy's two lifetimes are not exchangeable. */
  private V refill(K key, V value, Reservation reservation, Expiry expiry) {
    parts.events().admit();
    StoredEntry<V> live =
        parts.store().peek(key, parts.clock().nanos()) instanceof StoredEntry<V> entry
            ? entry
            : null;
    Lifetime creation = null;
    Lifetime update = null;
    for (; ; ) {
      Change<V> change;
      if (live == null) {
        creation = (creation == null) ? expiry.creation() : creation;
        change = Change.putIfAbsent(value, creation);
      } else {
        update = (update == null) ? expiry.update() : update;
        change = Change.replace(live, value, update);
      }
      Applied<V> applied = parts.store().fill(key, reservation, change, parts.clock().nanos());
      if (applied.done() || (live == null && applied.prior() == null)) {
        return value; // stored, or the reservation does not stand
      }
      live = applied.prior();
    }
  }

  /** A loader's own choice, or else the cache's. */
  Expiry expiry(@Nullable Duration timeToLive) {
    return (timeToLive == null) ? parts.expiry() : Expiries.ofEntry(timeToLive);
  }
}
