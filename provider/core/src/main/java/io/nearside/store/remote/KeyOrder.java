package io.nearside.store.remote;

import io.nearside.store.StoreObserver;
import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Has the changes that this node makes of a key told in their order: while the observer wants to
 * hear of them, a change and its telling are done under the lock of the key's stripe, the call of
 * Redis included. Thread-safe; a thread takes several stripes in their order only.
 */
final class KeyOrder {
  private static final int STRIPES = 64;

  private final StoreObserver<?, ?> observer;
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  KeyOrder(StoreObserver<?, ?> observer) {
    this.observer = observer;
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

  private static final Held NOTHING = new Held() {
    @Override
    public boolean ordered() {
      return false;
    }

    @Override
    public void close() {}
  };

  private record Locks(long set, ReentrantLock[] stripes) implements Held {
    @Override
    public boolean ordered() {
      return true;
    }

    @Override
    public void close() {
      for (int i = 0; i < STRIPES; i++) {
        if ((set & 1L << i) != 0) {
          stripes[i].unlock();
        }
      }
    }
  }

  Held hold(RemoteKey key) {
    return observer.wantsChanges() ? lock(bit(key)) : NOTHING;
  }

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
    for (int i = 0; i < STRIPES; i++) {
      if ((set & 1L << i) != 0) {
        stripes[i].lock();
      }
    }
    return new Locks(set, stripes);
  }

  private static long bit(RemoteKey key) {
    int hash = key.canonical().hashCode() * 0x9E3779B9;
    return 1L << (hash >>> 26);
  }
}
