package io.nearside.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which thread waits for what that another one has: a key's lock, or a load to land; over all
 * caches, so that circles through several caches are seen.
 *
 * <p>Every waiter enters itself before it looks, so the last one of a circle sees it whole. The
 * links are read one after the other; but a link that is broken never comes back as the same
 * object, so a circle that is read twice alike stood between the two readings.
 */
final class Waits {
  private static final ConcurrentHashMap<Thread, Wanted> WAITING = new ConcurrentHashMap<>();

  /** Held while a circle is found to stand and is broken: not all of its waiters may give way. */
  private static final ReentrantLock BREAKS = new ReentrantLock();

  private Waits() {}

  /** What a thread waits for: an object of its own for each wait. */
  interface Wanted {
    /** Who has it now: the same object while that one has it; null if nobody has. */
    @Nullable Having had();
  }

  /** Somebody has what others want. */
  interface Having {
    /** Null if it is not known yet. */
    @Nullable Thread holder();
  }

  /** This thread begins to wait; to be left. */
  static void enter(Wanted wanted) {
    WAITING.put(Thread.currentThread(), wanted);
  }

  static void leave() {
    WAITING.remove(Thread.currentThread());
  }

  /**
   * Whether this thread would wait for itself by way of others. If so it has left, so that another
   * one of the circle which asks at the same time does not give way too.
   */
  static boolean closesCircle() {
    Thread self = Thread.currentThread();
    List<Object> circle = circle(self);
    if (circle.isEmpty()) {
      return false;
    }
    BREAKS.lock();
    try {
      boolean stands = sameObjects(circle, circle(self));
      if (stands) {
        WAITING.remove(self);
      }
      return stands;
    } finally {
      BREAKS.unlock();
    }
  }

  /** What is waited for and who has it, from this thread back to itself; empty if it does not. */
  private static List<Object> circle(Thread self) {
    List<Object> links = new ArrayList<>();
    Wanted wanted = WAITING.get(self);
    while (wanted != null && links.size() <= 2 * WAITING.size()) {
      Having having = wanted.had();
      Thread holder = (having == null) ? null : having.holder();
      if (having == null || holder == null) {
        break;
      }
      links.add(wanted);
      links.add(having);
      if (holder == self) {
        // Who has what it waits for has entered itself and waits for one before it, who is gone.
        return links.size() == 2 ? List.of() : links;
      }
      wanted = WAITING.get(holder);
    }
    return List.of();
  }

  private static boolean sameObjects(List<Object> some, List<Object> others) {
    boolean same = some.size() == others.size();
    for (int i = 0; same && i < some.size(); i++) {
      same = some.get(i) == others.get(i);
    }
    return same;
  }
}
