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

  /** What operators may change of all caches at once. */
  Operations operations();
}
