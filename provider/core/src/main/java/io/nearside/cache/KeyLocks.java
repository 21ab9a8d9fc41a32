package io.nearside.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Locks of single keys, for what must not run twice at a time for a key: entry processors, and the
 * pair of writing to the source and to the cache. User code runs under them, so two callers could
 * wait for each other's keys: who would close such a circle is refused instead, and so is who wants
 * a key that it holds already.
 *
 * <p>A lock exists while somebody holds it, in one of two places. Uncontended it is one
 * compare-and-set in the array {@link #near}, whose places are shared by hash; who finds the place
 * taken, by whichever key, goes to the map {@link #far} instead. Each enters itself in its own
 * place first and looks at the other afterwards, so of two that want one key at least one sees the
 * other: the near one gives way, the far one waits. Keys that only share a place never wait for
 * each other.
 *
 * <p>Thread-safe. Waiters stand in line; a newcomer may pass them once in a while.
 */
final class KeyLocks<K> {
  private static final int PLACES = 256;

  /** How many key locks each thread holds, over all caches. */
  private static final ThreadLocal<int[]> COUNTS = ThreadLocal.withInitial(() -> new int[1]);

  /** What {@link #ties} locks. */
  private static final Object TIE = new Object();

  /**
   * Held by who locks several keys of one hash, for which there is no order otherwise; waited for
   * like a key, so that circles through it are seen. Null in itself.
   */
  private final @Nullable KeyLocks<Object> ties;

  private final AtomicReferenceArray<@Nullable Held> near = new AtomicReferenceArray<>(PLACES);
  private final ConcurrentHashMap<K, Held> far = new ConcurrentHashMap<>();
  private final String cache;

  KeyLocks(String cache) {
    this.cache = cache;
    this.ties = new KeyLocks<>(cache, null);
  }

  private KeyLocks(String cache, @Nullable KeyLocks<Object> ties) {
    this.cache = cache;
    this.ties = ties;
  }

  /** A class, not a record: each wait is an object of its own. */
  private static final class WantedKey<K> implements Waits.Wanted {
    private final KeyLocks<K> locks;
    private final K key;

    WantedKey(KeyLocks<K> locks, K key) {
      this.locks = locks;
      this.key = key;
    }

    @Override
    public @Nullable Held had() {
      return locks.holding(key);
    }
  }

  /** A key's lock while it is held. */
  static final class Held implements Waits.Having {
    private static final AtomicReferenceFieldUpdater<Held, @Nullable ReentrantLock> LINE =
        AtomicReferenceFieldUpdater.newUpdater(Held.class, ReentrantLock.class, "line");

    private static final VarHandle SETTLED;

    static {
      try {
        SETTLED = MethodHandles.lookup().findVarHandle(Held.class, "settled", boolean.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private final Object key;
    private final Thread holder = Thread.currentThread();

    /** Where those stand in line who want the key; made by the first of them. */
    private volatile @Nullable ReentrantLock line;

    /** The first in the line; the only one to be woken. */
    private volatile @Nullable Thread waiter;

    private volatile boolean released;

    /** False while a holder in the array may still have to give way to one in the map. */
    @SuppressWarnings("unused") // through SETTLED
    private boolean settled;

    /** The holder's count of the locks that it holds. */
    private final int[] count;

    private Held(Object key, @Nullable ReentrantLock line) {
      this.key = key;
      this.line = line;
      this.count = COUNTS.get();
    }

    @Override
    public Thread holder() {
      return holder;
    }

    private ReentrantLock line() {
      ReentrantLock made = line;
      if (made != null) {
        return made;
      }
      ReentrantLock mine = new ReentrantLock(true);
      if (LINE.compareAndSet(this, null, mine)) {
        return mine;
      }
      return line(); // somebody else made it, and it is never taken away
    }

    private void settle() {
      SETTLED.setRelease(this, true);
    }

    private boolean isSettled() {
      return (boolean) SETTLED.getAcquire(this);
    }

    /** Whether somebody waits for it; may be late. */
    boolean isAwaited() {
      return waiter != null;
    }

    private void release() {
      released = true;
      Thread first = waiter;
      if (first != null) {
        LockSupport.unpark(first);
      }
    }

    /** Called by one thread at a time. */
    private void awaitRelease() {
      boolean interrupted = false;
      waiter = Thread.currentThread();
      while (!released) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether this thread holds any key's lock, of whatever cache: it must wait for nobody then. */
  static boolean anyHeldHere() {
    return COUNTS.get()[0] > 0;
  }

  /** Whether this thread holds the lock of the key. */
  boolean heldHere(K key) {
    Held held = near.get(place(key));
    Thread self = Thread.currentThread();
    if (held != null && held.holder == self && held.key.equals(key)) {
      return true;
    }
    held = far.get(key);
    return held != null && held.holder == self;
  }

  /**
   * An entry processor or writer that changes its own key by the cache could never come to an end.
   *
   * @throws CacheException if this thread holds the lock of the key
   */
  void refuseIfHeldHere(K key) {
    if (heldHere(key)) {
      throw new CacheException(
          "cache \""
              + cache
              + "\": an entry processor or writer must not change the key that it is called for;"
              + " a processor changes it by its MutableEntry");
    }
  }

  /** Whether no key is locked. */
  boolean idle() {
    for (int i = 0; i < PLACES; i++) {
      if (near.get(i) != null) {
        return false;
      }
    }
    return far.isEmpty();
  }

  /**
   * @throws CacheException if this thread holds the key already, or it and others would wait for
   *     each other
   */
  Held lock(K key) {
    int place = place(key);
    Held mine = new Held(key, null);
    if (!lockNear(key, place, mine)) {
      mine = lockFar(key, place);
    }
    mine.count[0]++;
    return mine;
  }

  private boolean lockNear(K key, int place, Held mine) {
    if (!near.compareAndSet(place, null, mine)) {
      return false;
    }
    // Not by isEmpty first: the map's count lags behind its contents.
    if (far.containsKey(key)) {
      near.set(place, null);
      mine.release();
      return false;
    }
    mine.settle();
    return true;
  }

  private Held lockFar(K key, int place) {
    refuseIfHeldHere(key);
    Held mine = new Held(key, null);
    Held other = far.putIfAbsent(key, mine);
    Held holding = (other == null) ? sameKey(near.get(place), key) : other;
    if (holding == null) {
      return mine;
    }
    Waits.enter(new WantedKey<>(this, key));
    try {
      refuseCircle();
      return (other == null) ? awaitNear(mine, holding) : standInLine(key, place, other);
    } catch (RuntimeException e) {
      if (other == null) {
        leave(key, mine);
      }
      throw e;
    } finally {
      Waits.leave();
    }
  }

  /** Whoever has entered the map is alone in waiting for who was in the array before. */
  private static Held awaitNear(Held mine, Held near) {
    near.awaitRelease();
    return mine;
  }

  private Held standInLine(K key, int place, Held first) {
    Held other = first;
    for (; ; ) {
      ReentrantLock line = other.line();
      line.lock();
      try {
        while (other.line() == line) {
          Held mine = new Held(key, line);
          Held holding = far.putIfAbsent(key, mine);
          if (holding == null) {
            Held near = sameKey(this.near.get(place), key);
            return (near == null) ? mine : awaitNear(mine, near);
          }
          other = holding;
          if (other.line() == line) {
            other.awaitRelease();
          }
        }
      } finally {
        line.unlock();
      }
    }
  }

  void unlock(K key, Held held) {
    held.count[0]--;
    leave(key, held);
  }

  private void leave(K key, Held held) {
    int place = place(key);
    if (near.get(place) == held) {
      near.set(place, null);
    } else {
      far.remove(key, held);
    }
    held.release();
  }

  /** Who holds the key; waits out the few instructions in which one in the array is not settled. */
  private @Nullable Held holding(K key) {
    for (; ; ) {
      Held held = sameKey(near.get(place(key)), key);
      if (held == null) {
        return far.get(key);
      }
      if (held.isSettled()) {
        return held;
      }
      Thread.onSpinWait();
    }
  }

  private static @Nullable Held sameKey(@Nullable Held held, Object key) {
    return (held != null && held.key.equals(key)) ? held : null;
  }

  private void refuseCircle() {
    if (Waits.closesCircle()) {
      throw new CacheException(
          "cache \""
              + cache
              + "\": refused, since this and another operation would wait for each other's key"
              + " for ever; an entry processor or writer must not change keys that others change"
              + " the other way round");
    }
  }

  private int place(K key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (PLACES - 1);
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

  /** Several keys' locks. */
  static final class Many<K> implements AutoCloseable {
    private final KeyLocks<K> owner;
    private final @Nullable Held tie;
    private final List<K> keys = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();

    private Many(KeyLocks<K> owner, boolean tied) {
      this.owner = owner;
      KeyLocks<Object> ties = owner.ties;
      this.tie = (tied && ties != null && !ties.heldHere(TIE)) ? ties.lock(TIE) : null;
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
      if (tie != null && owner.ties != null) {
        owner.ties.unlock(TIE, tie);
      }
    }
  }
}
