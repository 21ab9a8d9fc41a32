package io.nearside.micronaut;

import io.nearside.Nearside;

/**
 * A bean that has the last word on the cache manager before it is opened: for what no configuration
 * can say, such as the application's own Redis client. Several are called in Micronaut's order, by
 * one thread, once.
 */
@FunctionalInterface
public interface NearsideCustomizer {

  /**
   * Says more, or something else than the configuration did.
   *
   * @param manager knows what the configuration says already
   */
  void customize(Nearside.Builder manager);
}
