package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.store.Clock;
import io.nearside.store.StoreObserver;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Has the changes that this node makes of a key told in their order: while the observer wants to
 * hear of them, a change and its telling are done under the lock of the key's stripe, the call of
 * Redis included. Who waits for a stripe longer than a call may take is refused. If events of other
 * nodes are told too, its own ones take their turn among them. Thread-safe; a thread takes several
 * stripes in their order only.
 */
final class KeyOrder {
  static final int STRIPES = 64;

  private final StoreObserver<?, ?> observer;
  private final @Nullable EventOrder events;
  private final Clock clock;
  private final long patienceNanos;
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  /**
   * @param events of all nodes; null if those of others are not told
   * @param patienceNanos how long a change waits for those before it
   */
  KeyOrder(
      StoreObserver<?, ?> observer, @Nullable EventOrder events, Clock clock, long patienceNanos) {
    this.observer = observer;
    this.events = events;
    this.clock = clock;
    this.patienceNanos = patienceNanos;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  /** Some locks that are held; none if order does not matter. */
  interface Held extends AutoCloseable {
    /** Whether changes are to be told. */
    boolean ordered();

    @Override
    void close();
  }

  /** Of changes that are not told. */
  static final Held NOTHING =
      new Held() {
        @Override
        public boolean ordered() {
          return false;
        }

        @Override
        public void close() {}
      };

  private record Locks(long set, KeyOrder order) implements Held {
    @Override
    public boolean ordered() {
      return true;
    }

    @Override
    public void close() {
      for (int i = 0; i < STRIPES; i++) {
        if ((set & 1L << i) != 0) {
          order.unlock(i);
        }
      }
    }
  }

  /**
   * Waits until a key's earlier changes are told.
   *
   * @throws RemoteUnavailableException if that takes longer than a call; nothing was done then
   */
  Held hold(RemoteKey key) {
    return observer.wantsChanges() ? lock(bit(key)) : NOTHING;
  }

  /** As {@link #hold} for all of some keys, no longer than for one. */
  Held holdAll(Collection<RemoteKey> keys) {
    if (!observer.wantsChanges()) {
      return NOTHING;
    }
    long set = 0;
    for (RemoteKey key : keys) {
      set |= bit(key);
    }
    return lock(set);
  }

  private Held lock(long set) {
    long until = clock.nanos() + CallTime.left(clock, patienceNanos);
    long taken = 0;
    for (int i = 0; i < STRIPES; i++) {
      long bit = 1L << i;
      if ((set & bit) != 0) {
        if (!tryLock(i, until)) {
          new Locks(taken, this).close();
          throw busy();
        }
        taken |= bit;
        if (events != null) {
          events.enter(i);
        }
      }
    }
    return new Locks(set, this);
  }

  private boolean tryLock(int stripe, long until) {
    if (stripes[stripe].tryLock()) {
      return true;
    }
    try {
      return stripes[stripe].tryLock(until - clock.nanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static RemoteUnavailableException busy() {
    return new RemoteUnavailableException(
        "earlier changes of the key have not ended within remote.timeout, so this one was not"
            + " begun; see what slows the server or the synchronous listeners down",
        Reason.SHED,
        false,
        null);
  }

  private void unlock(int stripe) {
    if (events != null) {
      events.leave(stripe);
    }
    stripes[stripe].unlock();
  }

  /**
   * Has a change told in its turn among the events of other nodes; the key's order is held.
   *
   * @param mark of the first event that the change was announced by; null if by none
   */
  void inTurn(@Nullable Mark mark, long version, Runnable telling) {
    if (events == null || mark == null) {
      telling.run();
    } else {
      events.inTurn(mark, version, telling);
    }
  }

  /**
   * A change to be told may have been made or not; the key's order is held.
   *
   * @param nonce of the entry that it stores; 0 if it removes
   */
  void unanswered(RemoteKey key, long nonce) {
    if (events != null) {
      events.unanswered(key.entry(), nonce);
    }
  }

  private static long bit(RemoteKey key) {
    return 1L << stripe(key.entry());
  }

  /** Of the entry of that name in Redis. */
  static int stripe(String entry) {
    return (entry.hashCode() * 0x9E3779B9) >>> 26;
  }
}
