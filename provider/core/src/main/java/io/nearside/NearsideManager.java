package io.nearside;

import javax.cache.CacheManager;

/**
 * A cache manager, with what Nearside adds to JSR-107: {@code
 * manager.unwrap(NearsideManager.class)}. Thread-safe.
 */
public interface NearsideManager extends CacheManager {

  /**
   * What of all its caches does not work as usual just now. Asks nobody and waits for nothing.
   *
   * @throws IllegalStateException if the manager is closed
   */
  NearsideHealth health();

  /**
   * Has a listener told of what changes in {@link #health} from now on, and at first of all that is
   * the matter already. Registered twice it is told once.
   *
   * @throws IllegalStateException if the manager is closed, or has 100 listeners
   */
  void addHealthListener(HealthListener listener);

  /** Ends that; a call that is under way goes on. Does nothing for one that is not registered. */
  void removeHealthListener(HealthListener listener);

  /** What operators may change of all caches at once. */
  Operations operations();
}
