package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.store.StoreObserver;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Has the changes that this node makes of a key told in their order: while the observer wants to
 * hear of them, a change and its telling are done under the lock of the key's stripe, the call of
 * Redis included. If events of other nodes are told too, its own ones take their turn among them.
 * Thread-safe; a thread takes several stripes in their order only.
 */
final class KeyOrder {
  static final int STRIPES = 64;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final StoreObserver<?, ?> observer;
  private final @Nullable EventOrder events;
  private final long patienceNanos;
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  KeyOrder(StoreObserver<?, ?> observer) {
    this(observer, null, PATIENCE_NANOS);
  }

  /**
   * @param events of all nodes; null if those of others are not told
   * @param patienceNanos the longest that a change waits for one before it
   */
  KeyOrder(StoreObserver<?, ?> observer, @Nullable EventOrder events, long patienceNanos) {
    this.patienceNanos = patienceNanos;
    this.observer = observer;
    this.events = events;
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

  private static final Held NOTHING =
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
   * Waits for the changes before.
   *
   * @throws RemoteUnavailableException if they take too long
   */
  Held hold(RemoteKey key) {
    return observer.wantsChanges() ? lock(bit(key)) : NOTHING;
  }

  /**
   * As {@link #hold}, of several keys.
   *
   * @throws RemoteUnavailableException if the changes before take too long
   */
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
    long locked = 0;
    for (int i = 0; i < STRIPES; i++) {
      if ((set & 1L << i) != 0) {
        if (!locked(stripes[i])) {
          new Locks(locked, this).close();
          throw crowded();
        }
        if (events != null) {
          events.enter(i);
        }
        locked |= 1L << i;
      }
    }
    return new Locks(set, this);
  }

  /** Those before may wait for Redis, each as long as a call may take: then it is no use. */
  private boolean locked(ReentrantLock stripe) {
    try {
      return stripe.tryLock(patienceNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static RemoteUnavailableException crowded() {
    return new RemoteUnavailableException(
        "changes of a cache with listeners are told in their order, and those before still wait"
            + " for redis; see whether remote.address is right and the server is up",
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

  private static long bit(RemoteKey key) {
    return 1L << stripe(key.entry());
  }

  /** Of the entry of that name in Redis. */
  static int stripe(String entry) {
    return (entry.hashCode() * 0x9E3779B9) >>> 26;
  }
}
