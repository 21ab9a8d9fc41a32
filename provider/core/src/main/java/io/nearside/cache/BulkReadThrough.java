package io.nearside.cache;

import io.nearside.PartialResult;
import io.nearside.load.Errand;
import io.nearside.load.Flight;
import io.nearside.load.Loaded;
import io.nearside.load.Loads;
import io.nearside.load.Patience;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.Fill;
import io.nearside.store.OperationTime;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import io.nearside.store.VersionedEntry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a miss of many keys does: join the loads that are under way, load the rest by one call, and
 * fill what has not been changed since. Waits for others, here or on other nodes, only when its own
 * have ended, so two that overlap never wait for each other. Thread-safe.
 */
final class BulkReadThrough<K, V> {
  private final CacheParts<K, V> parts;
  private final ReadThrough<K, V> single;
  private final Revivals<K, V> revivals;

  BulkReadThrough(CacheParts<K, V> parts, ReadThrough<K, V> single) {
    this.parts = parts;
    this.single = single;
    this.revivals = new Revivals<>(parts, single);
  }

  /**
   * What came of many keys; the values are the cache's own.
   *
   * @param values without those that the source has none for
   * @param failures why a key has none
   */
  private record Came<K, V>(Map<K, V> values, Map<K, RuntimeException> failures) {
    Came() {
      this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }

    void fail(Set<K> keys, RuntimeException failure) {
      keys.forEach(key -> failures.put(key, failure));
    }
  }

  /**
   * What came of many keys; the values are the caller's.
   *
   * @param values without those that the source has none for
   * @param failures why a key has none
   */
  record Result<K, V>(Map<K, V> values, Map<K, RuntimeException> failures) {

    /**
     * @throws RuntimeException the first failure, if there is one
     */
    Map<K, V> all() {
      for (RuntimeException failure : failures.values()) {
        throw failure;
      }
      return values;
    }

    PartialResult<K, V> partial() {
      return new PartialResult<>(values, failures);
    }
  }

  /**
   * One call of the loader.
   *
   * @param keys as the loader is to get them
   * @param flights by the cache's own keys
   * @param nanos what the caller waits at most
   * @param impatience of the caller; null if nothing stands in
   */
  private record Trip<K, V>(
      Set<K> keys,
      Map<K, Flight<V>> flights,
      Loads<K, V> loads,
      boolean replace,
      long nanos,
      @Nullable Impatience<K, V> impatience) {
    Patience patience() {
      return (impatience == null) ? Patience.ENDLESS : impatience.of(flights.keySet());
    }
  }

  /**
   * What a caller wants.
   *
   * @param keys as the loader is to get them
   * @param impatience of the caller; null if nothing stands in for loads that take long
   */
  private record Wish<K, V>(
      Set<K> keys, Loads<K, V> loads, Came<K, V> came, @Nullable Impatience<K, V> impatience) {}

  /** Loads keys that were not found, and stores what comes, unless a key was changed since. */
  Result<K, V> load(Set<K> keys, Loads<K, V> loads) {
    return load(keys, loads, null, parts.store().operationTime());
  }

  /**
   * @param impatience of the caller; null if nothing stands in for loads that take long
   * @param time of the caller's operation: who has waited for the store in vain does so once
   */
  Result<K, V> load(
      Set<K> keys, Loads<K, V> loads, @Nullable Impatience<K, V> impatience, OperationTime time) {
    Came<K, V> came = new Came<>();
    Map<K, Reservation> reserved;
    try (OperationTime.Use use = time.use()) {
      reserved = parts.store().reserveAll(owned(keys));
    }
    fulfil(new Wish<>(keys, loads, came, impatience), reserved, Vigil.mayWait(), Long.MAX_VALUE);
    return result(keys, came);
  }

  /**
   * @param waits whether it waits for nodes that load some of the keys already
   * @param nanos what the caller waits for its own load at most
   */
  private void fulfil(Wish<K, V> wish, Map<K, Reservation> reserved, boolean waits, long nanos) {
    Map<K, Flight<V>> led = new LinkedHashMap<>();
    Map<K, Flight<V>> joined = new LinkedHashMap<>();
    Map<K, Flight<V>> held = new LinkedHashMap<>();
    flights(parts.notFound().unanswered(reserved), waits)
        .forEach((key, own) -> {
          boolean elsewhere = waits && own.isElsewhere();
          try {
            Flight<V> flight = single.flights().join(key, own);
            (flight != own ? joined : elsewhere ? held : led).put(key, flight);
          } catch (RuntimeException e) { // this thread loads it already
            wish.came.failures.put(key, e);
          }
          if (!led.containsKey(key) && !held.containsKey(key)) {
            parts.store().release(key, own.reservation());
          }
        });
    long start = parts.clock().nanos();
    try {
      lead(wish, led, nanos);
    } catch (Throwable e) { // who waits for them must not wait for ever
      end(held, Map.of(), e);
      throw e;
    }
    awaitOthers(wish, held, left(parts.clock().nanos() - start));
    joined.forEach((key, flight) -> await(key, flight, wish));
  }

  /** What a caller who has waited so long may wait still. */
  private long left(long waited) {
    Duration timeout = single.gate().timeout();
    return (timeout == null) ? Long.MAX_VALUE : Math.max(0, timeout.toNanos() - waited);
  }

  /** Waits for other nodes' loads, and loads what they don't bring. */
  private void awaitOthers(Wish<K, V> wish, Map<K, Flight<V>> held, long nanos) {
    if (held.isEmpty()) {
      return;
    }
    Map<K, Flight<V>> left = new HashMap<>(held);
    Map<K, Reservation> reservations = new HashMap<>();
    held.forEach((key, flight) -> reservations.put(key, flight.reservation()));
    Throwable failure = null;
    try (Vigil<K, V> vigil = new Vigil<>(parts, reservations, nanos, wish.impatience)) {
      while (!vigil.isOver()) {
        end(vigil.await(), vigil, wish, left);
      }
    } catch (RuntimeException e) {
      failure = e;
      wish.came.fail(left.keySet(), e);
    } catch (Throwable e) { // likewise
      failure = e;
      throw e;
    } finally {
      end(left, Map.of(), failure);
    }
  }

  private void end(
      Vigil.News<K, V> news, Vigil<K, V> vigil, Wish<K, V> wish, Map<K, Flight<V>> left) {
    wish.came.values.putAll(news.found());
    if (!news.turns().isEmpty()) {
      news.turns().keySet().forEach(key -> leave(left.get(key)));
      long nanos = (parts.gate().timeout() == null) ? Long.MAX_VALUE : vigil.left();
      fulfil(wish, news.turns(), false, nanos);
    }
    Set<K> ended = new HashSet<>(news.found().keySet());
    ended.addAll(news.turns().keySet());
    for (K key : ended) {
      Flight<V> flight = left.remove(key);
      if (flight != null) {
        end(Map.of(key, flight), wish.came.values, wish.came.failures.get(key));
      }
    }
  }

  private void leave(@Nullable Flight<V> flight) {
    if (flight != null) {
      single.flights().leave(flight);
    }
  }

  /** Loads keys, whether they are there or not, and replaces what is there. */
  Result<K, V> reload(Set<K> keys, Loads<K, V> loads) {
    return reload(keys, parts.store().reserveAnew(owned(keys)), loads);
  }

  /** Loads a key that is there, and replaces what is there. */
  Result<K, V> reload(K key, Reservation reserved, Loads<K, V> loads) {
    K own = parts.copier().copy(key);
    return reload(Set.of(key), Map.of(own, reserved), loads);
  }

  private Result<K, V> reload(Set<K> keys, Map<K, Reservation> reserved, Loads<K, V> loads) {
    Came<K, V> came = new Came<>();
    Map<K, Flight<V>> led = flights(reserved, false);
    led.values().forEach(single.flights()::offer);
    go(new Trip<>(keys, led, loads, true, Long.MAX_VALUE, null), came);
    return result(keys, came);
  }

  private Set<K> owned(Set<K> keys) {
    Set<K> own = new LinkedHashSet<>();
    keys.forEach(key -> own.add(parts.copier().copy(key)));
    return own;
  }

  /**
   * @param waits whether those that other nodes load don't begin yet
   */
  private Map<K, Flight<V>> flights(Map<K, Reservation> reserved, boolean waits) {
    Map<K, Flight<V>> flights = new LinkedHashMap<>();
    reserved.forEach((key, reservation) -> {
      Flight<V> flight = new Flight<>(reservation, reserved.size() > 1);
      if (!single.gate().queues() && !(waits && flight.isElsewhere())) {
        flight.begin();
      }
      flights.put(key, flight);
    });
    return flights;
  }

  private Result<K, V> result(Set<K> keys, Came<K, V> came) {
    Result<K, V> result = new Result<>(new LinkedHashMap<>(), new LinkedHashMap<>());
    for (K key : keys) {
      V value = came.values.get(key);
      RuntimeException failure = came.failures.get(key);
      if (value != null) {
        result.values.put(key, parts.copier().copy(value));
      } else if (failure != null) {
        result.failures.put(key, failure);
      }
    }
    return result;
  }

  private void await(K key, Flight<V> flight, Wish<K, V> wish) {
    Patience patience =
        (wish.impatience == null) ? Patience.ENDLESS : wish.impatience.of(Set.of(key));
    try {
      V value =
          single.waits().await(flight, key, Long.MAX_VALUE, patience) && !flight.isAbandoned()
              ? flight.value()
              : single.load(parts.copier().copy(key), wish.loads);
      if (value != null) {
        wish.came.values.put(key, value);
      }
    } catch (StoodIn e) {
      single.leftAlone(flight, key);
      wish.came.failures.put(key, e);
    } catch (RuntimeException e) {
      single.flights().leave(flight);
      wish.came.failures.put(key, e);
    }
  }

  private void lead(Wish<K, V> wish, Map<K, Flight<V>> led, long nanos) {
    if (!led.isEmpty()) {
      Set<K> asked = new HashSet<>(wish.keys);
      asked.removeIf(key -> !led.containsKey(key));
      go(new Trip<>(asked, led, wish.loads, false, nanos, wish.impatience), wish.came);
    }
  }

  private void go(Trip<K, V> trip, Came<K, V> came) {
    if (single.gate().sends()) {
      send(trip, came);
    } else {
      run(trip, came);
    }
  }

  /** In this thread. */
  private void run(Trip<K, V> trip, Came<K, V> came) {
    Throwable failure = null;
    Map<K, V> seen = new HashMap<>();
    try {
      single
          .gate()
          .run(() -> {
            fly(trip, seen);
            return seen;
          });
      came.values.putAll(seen);
    } catch (RuntimeException e) {
      failure = e;
      came.fail(trip.flights.keySet(), e);
    } catch (Throwable e) { // likewise
      failure = e;
      throw e;
    } finally {
      end(trip.flights, seen, failure);
    }
  }

  private void end(Map<K, Flight<V>> flights, Map<K, V> seen, @Nullable Throwable failure) {
    flights.forEach((key, flight) -> {
      single.flights().leave(flight);
      if (failure != null) {
        single.waits().fail(flight, failure);
      } else {
        flight.land(seen.get(key));
      }
      parts.store().release(key, flight.reservation());
    });
  }

  /** In the background, for as long as the caller has. */
  private void send(Trip<K, V> trip, Came<K, V> came) {
    Set<K> keys = new HashSet<>();
    trip.keys.forEach(key -> keys.add(parts.copier().copy(key)));
    Trip<K, V> own = new Trip<>(keys, trip.flights, trip.loads, trip.replace, trip.nanos, null);
    Came<K, V> later = new Came<>();
    Runnable ending = single.ending();
    Map.Entry<K, Flight<V>> any = trip.flights.entrySet().iterator().next();
    Errand errand = null;
    try {
      errand =
          single
              .gate()
              .send(
                  () -> {
                    run(own, later);
                    if (trip.impatience != null) {
                      later.failures.forEach(trip.impatience::failed);
                    }
                    ending.run();
                  },
                  trip.patience());
      single.waits().await(errand, any.getValue(), any.getKey(), trip.nanos, trip.patience());
      came.values.putAll(later.values);
      came.failures.putAll(later.failures);
    } catch (RuntimeException e) {
      boolean begun = errand != null && !errand.recall();
      if (begun && e instanceof StoodIn) {
        trip.flights.forEach((key, flight) -> single.leftAlone(flight, key));
        came.fail(trip.flights.keySet(), e);
        return;
      }
      trip.flights.values().forEach(single.flights()::leave);
      if (!begun) {
        end(trip.flights, Map.of(), e);
      } else if (!any.getValue().hasLanded()) {
        trip.flights.forEach((key, flight) -> parts.store().concede(key, flight.reservation()));
      }
      came.fail(trip.flights.keySet(), e);
    }
  }

  private void fly(Trip<K, V> trip, Map<K, V> seen) {
    trip.flights.values().forEach(Flight::begin);
    Set<K> wanted = new HashSet<>(trip.keys);
    if (!trip.replace) {
      findLanded(trip, seen);
      wanted.removeAll(seen.keySet());
      if (wanted.isEmpty()) {
        return;
      }
    }
    Map<K, Loaded<V>> loaded =
        trip.replace ? trip.loads.loadAll(wanted, revivals) : trip.loads.loadAll(wanted);
    loaded.keySet().retainAll(trip.flights.keySet());
    parts.notFound().rememberAll(without(wanted, loaded, trip.flights));
    if (trip.replace || !parts.store().batches()) {
      storeEach(trip, loaded, seen);
    } else {
      storeAll(trip, loaded, seen);
    }
  }

  /** The reservations of keys that a load has found nothing for, by the cache's own keys. */
  private static <K, V> Map<K, Reservation> without(
      Set<K> wanted, Map<K, Loaded<V>> loaded, Map<K, Flight<V>> flights) {
    Map<K, Reservation> missing = new HashMap<>();
    flights.forEach((key, flight) -> {
      if (wanted.contains(key) && !loaded.containsKey(key)) {
        missing.put(key, flight.reservation());
      }
    });
    return missing;
  }

  /** What other loads have stored since the caller looked. */
  private void findLanded(Trip<K, V> trip, Map<K, V> seen) {
    long now = parts.clock().nanos();
    trip.flights.forEach((key, flight) -> {
      if ((!parts.store().batches() || flight.reservation().isOvertaken())
          && parts.store().peek(key, now) instanceof StoredEntry<V> live) {
        seen.put(key, live.value());
      }
    });
  }

  private void storeEach(Trip<K, V> trip, Map<K, Loaded<V>> loaded, Map<K, V> seen) {
    loaded.forEach((key, one) -> {
      Flight<V> flight = trip.flights.get(key);
      V value = one.value();
      if (flight != null && one.unmodified() != null) {
        seen.put(key, revivals.revive(key, one.unmodified(), one, flight.reservation()));
      }
      if (flight == null || value == null) {
        return;
      }
      Types.check(parts.settings(), key, value);
      V mine = parts.copier().copy(value);
      Expiry expiry = single.expiry(one.timeToLive(), one.notes());
      try (Attempts<K, V> attempts = new Attempts<>(parts.store(), parts.copier().copy(key))) {
        seen.put(
            key,
            trip.replace
                ? refill(mine, flight, expiry, attempts)
                : single.fill(
                    flight.reservation(), Change.putIfAbsent(mine, expiry.creation()), attempts));
      }
    });
  }

  private void storeAll(Trip<K, V> trip, Map<K, Loaded<V>> loaded, Map<K, V> seen) {
    Map<K, Fill<V>> fills = new HashMap<>();
    loaded.forEach((key, one) -> {
      Flight<V> flight = trip.flights.get(key);
      V value = one.value();
      if (flight != null && value != null) {
        Types.check(parts.settings(), key, value);
        parts.events().admit();
        V mine = parts.copier().copy(value);
        seen.put(key, mine);
        Expiry expiry = single.expiry(one.timeToLive(), one.notes());
        Change<V> change = Change.putIfAbsent(mine, expiry.creation());
        fills.put(
            parts.copier().copy(key), new Fill<>(flight.reservation(), change.returningPrior()));
      }
    });
    parts
        .store()
        .fillAll(fills, parts.clock().nanos())
        .forEach((key, applied) -> {
          StoredEntry<V> live = applied.prior();
          if (!applied.done() && live != null) {
            seen.put(key, live.value());
          }
        });
  }

  /** Creates or updates, as it turns out, since a policy's two lifetimes are not exchangeable. */
  private V refill(V value, Flight<V> flight, Expiry expiry, Attempts<K, V> attempts) {
    parts.events().admit();
    long now = parts.clock().nanos();
    K key = attempts.key();
    if (expiry.constant()) {
      parts.store().fill(key, flight.reservation(), Change.put(value, expiry.creation()), now);
      return value;
    }
    Lives lives = new Lives(expiry);
    try (OperationTime.Use use = attempts.use()) {
      StoredEntry<V> live =
          parts.store().peek(key, now) instanceof StoredEntry<V> entry ? entry : null;
      for (; ; ) {
        Change<V> change = lives.put(live, value).returningPrior();
        Applied<V> applied =
            parts.store().fill(key, flight.reservation(), change, parts.clock().nanos());
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
}
