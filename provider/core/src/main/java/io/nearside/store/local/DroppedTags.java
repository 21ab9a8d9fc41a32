package io.nearside.store.local;

import io.nearside.store.TaggedCopy;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * When copies with a tag were dropped last, in numbers that grow: what was asked for before that
 * does not count. When it knows too many tags it forgets them, and with them all copies that have
 * tags and were asked for before. Thread-safe; readers take no lock.
 */
final class DroppedTags {
  static final int MOST = 10_000;

  private final ConcurrentHashMap<String, Long> dropped = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile long number;

  /** What was asked for by then does not count. Written under the lock. */
  private volatile long floor;

  /** For what is asked for from now on. */
  long number() {
    return number;
  }

  void drop(Collection<String> tags) {
    lock.lock();
    try {
      long next = number + 1;
      number = next; // first: who asks from here on asks after the change
      if (dropped.size() + tags.size() > MOST) {
        floor = next; // before they are forgotten
        dropped.clear();
      }
      tags.forEach(tag -> dropped.put(tag, next));
    } finally {
      lock.unlock();
    }
  }

  boolean isDropped(TaggedCopy<?> copy) {
    for (String tag : copy.notes().tags()) {
      Long last = dropped.get(tag);
      if (last != null && copy.seen() < last) {
        return true;
      }
    }
    return copy.seen() < floor; // after the tags: they are forgotten later
  }
}
