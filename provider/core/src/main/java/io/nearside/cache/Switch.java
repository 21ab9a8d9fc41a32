package io.nearside.cache;

import io.nearside.NearsideHealth.Kind;
import io.nearside.Operations.Mode;
import io.nearside.Topology;
import io.nearside.config.CacheSettings;
import io.nearside.config.RefreshSettings;
import io.nearside.store.Clock;
import io.nearside.store.LoadRoom;
import io.nearside.store.Store;
import io.nearside.store.Trouble;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * How a cache works just now, and by which store. Thread-safe; to ask costs one volatile read.
 *
 * <p>An operation that was begun before a switch may end after it: what it has of a store it goes
 * on with.
 */
final class Switch<K, V> {
  private final String cache;
  private final Topology topology;
  private final Store<K, V> tiers;
  private final BypassStore<K, V> bypass;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Store<K, V> store;
  private volatile Life life;
  private volatile State state = new State(Mode.NORMAL, 0, "");

  private record State(Mode mode, long since, String by) {}

  private record Life(Expiry expiry, long aheadNanos) {
    static Life of(Expiry expiry, @Nullable RefreshSettings refresh) {
      return new Life(expiry, refresh == null ? 0 : refresh.lifeAfter().toNanos());
    }
  }

  /**
   * @param queues whether the store queues changes for the source
   */
  Switch(
      CacheSettings<K, V> settings, Store<K, V> tiers, boolean queues, Expiry expiry, Clock clock) {
    this.cache = settings.name();
    this.topology = settings.topology();
    this.life = Life.of(expiry, settings.load().refresh());
    this.tiers = tiers;
    this.bypass = new BypassStore<>(tiers, queues);
    this.clock = clock;
    this.store = tiers;
  }

  /** By which operations work that begin now. */
  Store<K, V> store() {
    return store;
  }

  /** How long what is written from now on lives. */
  Expiry expiry() {
    return life.expiry;
  }

  /** What is left of the life of such an entry when it is due to be loaded anew. */
  long aheadNanos() {
    return life.aheadNanos;
  }

  /**
   * Has what is written from now on live so.
   *
   * @param next of the same sort as before: whether accesses count, and whether it is constant
   */
  void life(Expiry next, @Nullable RefreshSettings refresh) {
    life = Life.of(next, refresh);
  }

  /** Also while it is passed by. */
  Store<K, V> tiers() {
    return tiers;
  }

  BypassStore<K, V> bypass() {
    return bypass;
  }

  Mode mode() {
    return state.mode;
  }

  /** Room for loads that all nodes share, of which nobody is asked while the store is passed by. */
  @Nullable LoadRoom loadRoom() {
    LoadRoom room = tiers.unwrap(LoadRoom.class);
    return (room == null)
        ? null
        : (most, nanos) ->
            (state.mode == Mode.BYPASS) ? LoadRoom.Place.UNCOUNTED : room.enter(most, nanos);
  }

  /**
   * @throws IllegalArgumentException if the cache can't work so
   */
  void check(Mode mode) {
    if (mode == Mode.REMOTE_ONLY && topology == Topology.LOCAL) {
      throw new IllegalArgumentException(
          "cache \""
              + cache
              + "\": mode can't be REMOTE_ONLY, since its topology is local; BYPASS does without"
              + " its only tier");
    }
  }

  /** Only a mode that has been {@linkplain #check checked}. */
  void to(Mode mode, String by) {
    lock.lock();
    try {
      if (mode != state.mode) {
        state = new State(mode, clock.nanos(), by);
        tiers.useCopies(mode != Mode.REMOTE_ONLY);
        store = (mode == Mode.BYPASS) ? bypass : tiers;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Before something is changed.
   *
   * @throws CacheException if nothing may be
   */
  void admitChange() {
    State now = state;
    if (now.mode == Mode.READ_ONLY) {
      throw refused(now, "changes nothing");
    }
  }

  /**
   * Before a change by one who must know the entry that is there.
   *
   * @throws CacheException if nobody may be asked for it, or nothing may be changed
   */
  void admitCompound() {
    admitLook();
    admitChange();
  }

  /** The same before it is known whether something is to be changed. */
  void admitLook() {
    State now = state;
    if (now.mode == Mode.BYPASS) {
      throw refused(now, "can't do what depends on the entry that is there");
    }
  }

  private CacheException refused(State now, String what) {
    return new CacheException(
        "cache \""
            + cache
            + "\": "
            + what
            + " while it is switched to "
            + now.mode
            + ", as ordered by "
            + now.by
            + "; to end that switch it to NORMAL by operations(), or by JMX");
  }

  /** That it is switched; null if it is not. */
  @Nullable Trouble trouble() {
    State now = state;
    return (now.mode == Mode.NORMAL)
        ? null
        : new Trouble(Kind.SWITCHED, "", now.since, "to " + now.mode + " by " + now.by);
  }
}
