package io.nearside.store.remote;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which entries this node is to look at, and when, so that somebody is told of their expiry. Holds
 * at most {@link #MAXIMUM} keys; of what does not fit the expiry is told by the next operation that
 * meets it, if Redis has not removed it by then. Thread-safe.
 */
final class ExpiryWatch<K> {
  static final int MAXIMUM = 100_000;

  private final ConcurrentHashMap<String, Watched<K>> byKey = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final PriorityQueue<Watched<K>> queue =
      new PriorityQueue<>(Comparator.comparingLong((Watched<K> watched) -> watched.queuedFor));

  /** A key and when to look at it. */
  static final class Watched<K> {
    final K key;
    final RemoteKey remote;
    private final long queuedFor;

    /** Of an entry that lives longer than the one that was first seen. */
    private volatile long due;

    Watched(K key, RemoteKey remote, long due) {
      this.key = key;
      this.remote = remote;
      this.queuedFor = due;
      this.due = due;
    }
  }

  /** Has a key looked at when its entry will have expired. */
  void note(K key, RemoteKey remote, long expiresAt) {
    Watched<K> watched = byKey.get(remote.canonical());
    if (watched != null && watched.queuedFor <= expiresAt) {
      watched.due = expiresAt;
    } else if (byKey.size() < MAXIMUM) {
      enqueue(new Watched<>(key, remote, expiresAt));
    }
  }

  private void enqueue(Watched<K> watched) {
    lock.lock();
    try {
      if (queue.size() < 2 * MAXIMUM) { // those that others took the place of are still in it
        byKey.put(watched.remote.canonical(), watched);
        queue.add(watched);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes out what is due, at most so many. */
  List<Watched<K>> take(long now, int maximum) {
    List<Watched<K>> taken = new ArrayList<>();
    lock.lock();
    try {
      Watched<K> first = queue.peek();
      while (first != null && first.queuedFor <= now && taken.size() < maximum) {
        queue.remove();
        String canonical = first.remote.canonical();
        // One that was found to expire earlier than thought has taken this one's place.
        if (byKey.remove(canonical, first)) {
          if (first.due <= now) {
            taken.add(first);
          } else {
            enqueue(new Watched<>(first.key, first.remote, first.due));
          }
        }
        first = queue.peek();
      }
    } finally {
      lock.unlock();
    }
    return taken;
  }

  boolean isDue(long now) {
    if (byKey.isEmpty()) {
      return false;
    }
    lock.lock();
    try {
      Watched<K> first = queue.peek();
      return first != null && first.queuedFor <= now;
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    return byKey.isEmpty();
  }

  void clear() {
    lock.lock();
    try {
      byKey.clear();
      queue.clear();
    } finally {
      lock.unlock();
    }
  }
}
