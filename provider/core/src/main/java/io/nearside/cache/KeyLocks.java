package io.nearside.cache;

import java.util.Comparator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Locks of single keys, for what must not run twice at a time for a key: entry processors, and the
 * pair of writing to the source and to the cache. User code runs under them, so two callers could
 * wait for each other's keys: who would close such a circle is refused instead.
 *
 * <p>A lock exists while somebody holds or wants it. Thread-safe; fair.
 */
final class KeyLocks<K> {
  /** Who waits for what, over all caches, so that circles through several caches are seen. */
  private static final ConcurrentHashMap<Thread, Held> WAITING = new ConcurrentHashMap<>();

  /**
   * Held by who locks several keys of one hash, for which there is no order otherwise. Waited for
   * like a key, so that circles through it are seen.
   */
  private final Held ties = new Held();

  private final ConcurrentHashMap<K, Held> locks = new ConcurrentHashMap<>();
  private final String cache;

  KeyLocks(String cache) {
    this.cache = cache;
  }

  /** A key's lock while it is held. */
  static final class Held extends ReentrantLock {
    private static final long serialVersionUID = 1L;

    /** No longer in the map; guarded by itself. */
    private boolean abandoned;

    Held() {
      super(true);
    }

    @Nullable Thread holder() {
      return getOwner();
    }
  }

  /** Whether no key is locked; cheap. */
  boolean idle() {
    return locks.isEmpty();
  }

  /** Whether this thread holds the lock of the key. */
  boolean heldHere(K key) {
    Held held = locks.get(key);
    return held != null && held.isHeldByCurrentThread();
  }

  /**
   * @throws CacheException if this thread and others would wait for each other
   */
  Held lock(K key) {
    for (; ; ) {
      Held held = locks.get(key);
      if (held == null) {
        held = new Held();
        held.lock();
        if (locks.putIfAbsent(key, held) == null) {
          return held;
        }
        continue;
      }
      acquire(held);
      if (!held.abandoned) {
        return held;
      }
      held.unlock();
    }
  }

  void unlock(K key, Held held) {
    if (held.getHoldCount() == 1 && !held.hasQueuedThreads()) {
      held.abandoned = true;
      locks.remove(key, held);
    }
    held.unlock();
  }

  /** Locks several keys, in an order that all callers share. */
  Many<K> lockAll(Collection<K> keys) {
    List<K> ordered = new ArrayList<>(keys);
    ordered.sort(Comparator.comparingInt(Object::hashCode));
    Many<K> many = new Many<>(this, hasTies(ordered));
    try {
      for (K key : ordered) {
        many.add(key, lock(key));
      }
      return many;
    } catch (RuntimeException e) {
      many.close();
      throw e;
    }
  }

  private boolean hasTies(List<K> ordered) {
    for (int i = 1; i < ordered.size(); i++) {
      if (ordered.get(i).hashCode() == ordered.get(i - 1).hashCode()) {
        return true;
      }
    }
    return false;
  }

  private void acquire(Held held) {
    if (held.tryLock()) {
      return;
    }
    Thread self = Thread.currentThread();
    WAITING.put(self, held);
    try {
      refuseCircle(self, held);
      held.lock();
    } finally {
      WAITING.remove(self);
    }
  }

  /** Every waiter enters itself before it looks, so the last one of a circle sees it whole. */
  private void refuseCircle(Thread self, Held held) {
    Held wanted = held;
    for (int steps = 0; wanted != null && steps <= WAITING.size(); steps++) {
      Thread holder = wanted.holder();
      if (holder == self) {
        throw new CacheException(
            "cache \"" + cache + "\": refused, since this and another operation would wait for each"
                + " other's key for ever; an entry processor or writer must not change keys that"
                + " others change the other way round");
      }
      wanted = (holder == null) ? null : WAITING.get(holder);
    }
  }

  /** Several keys' locks. */
  static final class Many<K> implements AutoCloseable {
    private final KeyLocks<K> owner;
    private final boolean tied;
    private final List<K> keys = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();

    private Many(KeyLocks<K> owner, boolean tied) {
      this.owner = owner;
      this.tied = tied;
      if (tied) {
        owner.acquire(owner.ties);
      }
    }

    private void add(K key, Held lock) {
      keys.add(key);
      held.add(lock);
    }

    @Override
    public void close() {
      for (int i = keys.size() - 1; i >= 0; i--) {
        owner.unlock(keys.get(i), held.get(i));
      }
      if (tied) {
        owner.ties.unlock();
      }
    }
  }
}
