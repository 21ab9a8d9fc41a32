package io.nearside.cache;

import io.nearside.load.Errand;
import io.nearside.load.Flight;
import io.nearside.load.Flights;
import io.nearside.load.Gate;
import io.nearside.load.Loaded;
import io.nearside.load.Loads;
import io.nearside.load.Patience;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.Notes;
import io.nearside.store.OperationTime;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a miss of one key does: join the load that is under way, or reserve, load with nothing held,
 * and fill if the reservation stands. Thread-safe.
 */
final class ReadThrough<K, V> {
  private final CacheParts<K, V> parts;
  private final Flights<K, V> flights;
  private final Gate gate;
  private final LoadWaits waits;

  ReadThrough(CacheParts<K, V> parts) {
    this.parts = parts;
    this.flights = new Flights<>(parts.settings().name());
    this.gate = parts.gate();
    this.waits = new LoadWaits(gate);
  }

  /**
   * A key that was not found.
   *
   * @param key as the loader is to get it
   * @param attempts with the cache's own key
   * @param atOnce whether it was read and reserved at once, so that nothing can have been stored
   *     between the two
   * @param nanos what the caller waits at most
   * @param impatience of the caller; null if nothing stands in for a load that takes long
   */
  record Miss<K, V>(
      K key,
      Attempts<K, V> attempts,
      boolean atOnce,
      long nanos,
      @Nullable Impatience<K, V> impatience) {
    Miss(K key, Attempts<K, V> attempts, boolean atOnce, @Nullable Impatience<K, V> impatience) {
      this(key, attempts, atOnce, Long.MAX_VALUE, impatience);
    }

    Patience patience() {
      return (impatience == null) ? Patience.ENDLESS : impatience.of(List.of(own()));
    }

    K own() {
      return attempts.key();
    }
  }

  Flights<K, V> flights() {
    return flights;
  }

  Gate gate() {
    return gate;
  }

  LoadWaits waits() {
    return waits;
  }

  /** Reserves and loads a key, and stores what comes, unless the key has been changed since. */
  @Nullable V load(K key, Loads<K, V> loads) {
    return load(key, loads, null);
  }

  /**
   * @param impatience of the caller; null if nothing stands in for a load that takes long
   */
  @Nullable V load(K key, Loads<K, V> loads, @Nullable Impatience<K, V> impatience) {
    K own = parts.copier().copy(key);
    try (Attempts<K, V> attempts = new Attempts<>(parts.store(), own)) {
      return load(new Miss<>(key, attempts, false, impatience), reserve(attempts), loads);
    }
  }

  private Reservation reserve(Attempts<K, V> attempts) {
    try (OperationTime.Use use = attempts.use()) {
      return parts.store().reserve(attempts.key());
    }
  }

  /**
   * Loads a key and stores what comes, unless the key has been changed since.
   *
   * @param reservation given back here; null if what comes can't be stored, nor be shared
   */
  @Nullable V load(Miss<K, V> miss, @Nullable Reservation reservation, Loads<K, V> loads) {
    if (reservation == null) {
      Loaded<V> loaded = gate.run(() -> loads.load(miss.key));
      return (loaded.value() == null) ? null : checked(miss.key, loaded.value());
    }
    return load(miss, reservation, loads, Vigil.isFor(reservation));
  }

  /**
   * @param waits whether it waits first for the node that loads the key already
   */
  private @Nullable V load(
      Miss<K, V> miss, Reservation reservation, Loads<K, V> loads, boolean waits) {
    if (parts.notFound().answers(reservation)) {
      return null;
    }
    Flight<V> own = new Flight<>(reservation);
    Flight<V> flight = joinOrRelease(miss.own(), own, !waits);
    while (flight != own
        && awaitOrRelease(flight, miss.own(), reservation, miss.nanos, miss.patience())) {
      if (!flight.isAbandoned()) {
        parts.store().release(miss.own(), reservation);
        return copy(flight.value());
      }
      flight = joinOrRelease(miss.own(), own, !waits); // one of those who waited leads
    }
    if (waits) {
      return copy(await(own, miss, loads));
    }
    return copy(gate.sends() ? send(own, miss, loads) : lead(own, miss, loads));
  }

  /** Waits for another node's load, and loads if that brings nothing. */
  private @Nullable V await(Flight<V> flight, Miss<K, V> miss, Loads<K, V> loads) {
    try {
      V seen = seenOrLoaded(flight, miss, loads);
      flight.land(seen);
      return seen;
    } catch (Throwable e) { // who waits for it must not wait for ever
      flights.leave(flight);
      waits.fail(flight, e);
      throw e;
    } finally {
      parts.store().release(miss.own(), flight.reservation());
    }
  }

  private @Nullable V seenOrLoaded(Flight<V> flight, Miss<K, V> miss, Loads<K, V> loads) {
    K key = miss.own();
    Vigil.News<K, V> news;
    long left;
    try (Vigil<K, V> vigil =
        new Vigil<>(parts, Map.of(key, flight.reservation()), miss.nanos, miss.impatience)) {
      news = vigil.await();
      left = (gate.timeout() == null) ? Long.MAX_VALUE : vigil.left();
    }
    flights.leave(flight);
    Reservation turn = news.turns().get(key);
    if (turn == null) {
      return news.found().get(key);
    }
    try (Attempts<K, V> attempts = new Attempts<>(parts.store(), key)) {
      return load(new Miss<>(miss.key, attempts, true, left, miss.impatience), turn, loads, false);
    }
  }

  private Flight<V> joinOrRelease(K key, Flight<V> own, boolean begins) {
    try {
      if (begins && !gate.queues()) {
        own.begin();
      }
      return flights.join(key, own);
    } catch (RuntimeException e) {
      parts.store().release(key, own.reservation());
      throw e;
    }
  }

  private boolean awaitOrRelease(
      Flight<V> flight, K key, Reservation reservation, long nanos, Patience patience) {
    try {
      return waits.await(flight, key, nanos, patience);
    } catch (StoodIn e) {
      leftAlone(flight, key);
      parts.store().release(key, reservation);
      throw e;
    } catch (RuntimeException e) {
      flights.leave(flight); // it takes too long: the next caller tries anew
      parts.store().release(key, reservation);
      throw e;
    }
  }

  /** A caller does not wait for a load any more that goes on; where it hangs, another one may. */
  void leftAlone(Flight<V> flight, K key) {
    long now = parts.clock().nanos();
    Duration timeout = gate.timeout();
    if (now - flight.slowSince(now) >= ((timeout == null) ? Long.MAX_VALUE : timeout.toNanos())) {
      flights.leave(flight);
      parts.store().concede(key, flight.reservation());
    }
  }

  /** Loads in this thread. */
  private @Nullable V lead(Flight<V> flight, Miss<K, V> miss, Loads<K, V> loads) {
    try {
      V seen = gate.run(() -> fly(flight, miss, loads));
      flights.leave(flight);
      flight.land(seen);
      return seen;
    } catch (Throwable e) { // who waits for it must not wait for ever
      flights.leave(flight);
      waits.fail(flight, e);
      throw e;
    } finally {
      parts.store().release(miss.own(), flight.reservation());
    }
  }

  /** Has it loaded in the background, for as long as the caller has. */
  private @Nullable V send(Flight<V> flight, Miss<K, V> miss, Loads<K, V> loads) {
    K key = parts.copier().copy(miss.key);
    Runnable end = ending();
    Errand errand =
        sendOrFail(
            flight,
            miss,
            () -> {
              try (Attempts<K, V> attempts = new Attempts<>(parts.store(), miss.own())) {
                lead(flight, new Miss<>(key, attempts, miss.atOnce, null), loads);
              } catch (RuntimeException e) {
                if (miss.impatience != null) {
                  miss.impatience.failed(miss.own(), e);
                }
                throw e;
              } finally {
                end.run();
              }
            });
    try {
      waits.await(errand, flight, miss.own(), miss.nanos, miss.patience());
    } catch (RuntimeException e) {
      boolean begun = !errand.recall();
      if (begun && e instanceof StoodIn) {
        leftAlone(flight, miss.own());
        throw e;
      }
      flights.leave(flight);
      if (!begun) {
        flight.fail(e);
        parts.store().release(miss.own(), flight.reservation());
      } else if (!flight.hasLanded()) {
        parts.store().concede(miss.own(), flight.reservation());
      }
      throw e;
    }
    return flight.value();
  }

  private Errand sendOrFail(Flight<V> flight, Miss<K, V> miss, Runnable load) {
    try {
      return gate.send(parts.recorder().carried(load), miss.patience());
    } catch (RuntimeException e) {
      flights.leave(flight);
      flight.fail(e);
      parts.store().release(miss.own(), flight.reservation());
      throw e;
    }
  }

  /**
   * Lets listeners hear what a load in the background has done. Synchronous ones are waited for,
   * unless the caller holds what they may want.
   */
  Runnable ending() {
    return KeyLocks.anyHeldHere() ? parts.events()::completeLater : parts.events()::complete;
  }

  private @Nullable V fly(Flight<V> flight, Miss<K, V> miss, Loads<K, V> loads) {
    flight.begin();
    Reservation reservation = flight.reservation();
    if (!miss.atOnce || reservation.isOvertaken()) {
      StoredEntry<V> live = peek(miss.attempts);
      if (live != null) { // another load has landed since the caller looked
        return live.value();
      }
    }
    return stored(miss, reservation, loads.load(miss.key));
  }

  /** What another load has stored since a key was looked for; null if none has. */
  @Nullable V landed(K own, Flight<V> flight) {
    if (parts.store().batches() && !flight.reservation().isOvertaken()) {
      return null;
    }
    try (Attempts<K, V> attempts = new Attempts<>(parts.store(), own)) {
      StoredEntry<V> live = peek(attempts);
      return (live == null) ? null : live.value();
    }
  }

  /** Stores what was loaded of a key; returns what is to be seen of it, the cache's own. */
  @Nullable V stored(K own, Reservation reservation, Loaded<V> loaded) {
    try (Attempts<K, V> attempts = new Attempts<>(parts.store(), own)) {
      return stored(new Miss<>(own, attempts, true, null), reservation, loaded);
    }
  }

  private @Nullable V stored(Miss<K, V> miss, Reservation reservation, Loaded<V> loaded) {
    if (loaded.value() == null) {
      try (OperationTime.Use use = miss.attempts.use()) {
        parts.notFound().remember(miss.own(), reservation);
      }
      return null;
    }
    V own = parts.copier().copy(checked(miss.key, loaded.value()));
    if (reservation.isVain()) {
      return own;
    }
    Change<V> change =
        Change.putIfAbsent(own, expiry(loaded.timeToLive(), loaded.notes()).creation());
    return fill(reservation, change, miss.attempts);
  }

  private @Nullable StoredEntry<V> peek(Attempts<K, V> attempts) {
    try (OperationTime.Use use = attempts.use()) {
      return parts.store().peek(attempts.key(), parts.clock().nanos())
              instanceof StoredEntry<V> live
          ? live
          : null;
    }
  }

  private V checked(K key, V value) {
    Types.check(parts.settings(), key, value);
    return value;
  }

  private @Nullable V copy(@Nullable V value) {
    return (value == null) ? null : parts.copier().copy(value);
  }

  /** The value that the callers are to see: what is stored, or what was loaded. */
  V fill(Reservation reservation, Change<V> change, Attempts<K, V> attempts) {
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
   * A key that an entry processor has read through; to be ended when what the processor decided is
   * stored.
   *
   * @param value the cache's own; null if the source has none
   * @param flight null if somebody else has loaded the value
   */
  record Taken<V>(
      @Nullable V value, @Nullable Duration timeToLive, Notes notes, @Nullable Flight<V> flight) {

    /** Of which nothing is said. */
    Taken(@Nullable V value, @Nullable Flight<V> flight) {
      this(value, null, Notes.NONE, flight);
    }
  }

  /** Loads a key for an entry processor, which then decides whether what comes is stored. */
  Taken<V> take(K key, Loads<K, V> loads) {
    if (gate.sends()) {
      return new Taken<>(load(key, loads), null);
    }
    ReadOrReserved<V> read =
        parts.store().batches()
            ? parts.store().readOrReserve(key, parts.clock().nanos())
            : new ReadOrReserved<>(Absent.absent(), parts.store().reserve(key));
    Reservation reservation = read.reservation();
    if (read.outcome() instanceof StoredEntry<V> live) {
      return new Taken<>(live.value(), null);
    } else if (reservation == null) {
      return new Taken<>(copy(gate.run(() -> loads.load(copied(key))).value()), null);
    } else if (parts.notFound().answers(reservation)) {
      return new Taken<>(null, null);
    }
    Flight<V> own = new Flight<>(reservation);
    Flight<V> flight = joinOrRelease(key, own, true);
    if (flight != own
        && awaitOrRelease(flight, key, reservation, Long.MAX_VALUE, Patience.ENDLESS)) {
      parts.store().release(key, reservation);
      return new Taken<>(copy(flight.value()), null);
    }
    return takeOff(key, own, loads);
  }

  private K copied(K key) {
    return parts.copier().copy(key);
  }

  /** Who wants the key until the processor has ended gets the value without a load. */
  private Taken<V> takeOff(K key, Flight<V> flight, Loads<K, V> loads) {
    try {
      Taken<V> taken = gate.run(() -> take(key, flight, loads));
      flight.land(taken.value());
      return taken;
    } catch (Throwable e) { // who waits for it must not wait for ever
      flight.fail(e);
      end(key, flight);
      throw e;
    }
  }

  private Taken<V> take(K key, Flight<V> flight, Loads<K, V> loads) {
    flight.begin();
    if (!parts.store().batches()
        && parts.store().peek(key, parts.clock().nanos()) instanceof StoredEntry<V> live) {
      return new Taken<>(live.value(), flight);
    }
    Loaded<V> loaded = loads.load(copied(key));
    V value = loaded.value();
    if (value == null) {
      parts.notFound().remember(key, flight.reservation());
    }
    V own = (value == null) ? null : parts.copier().copy(checked(key, value));
    return new Taken<>(own, loaded.timeToLive(), loaded.notes(), flight);
  }

  void end(K key, Flight<V> flight) {
    flights.leave(flight);
    parts.store().release(key, flight.reservation());
  }

  /**
   * A loader's own choice, or else the cache's.
   *
   * @param notes what the entry is to remember
   */
  Expiry expiry(@Nullable Duration timeToLive, Notes notes) {
    return Expiries.ofEntry(parts.expiry(), timeToLive, notes);
  }
}
