package io.nearside.spring;

import io.nearside.Nearside;

/**
 * A bean that has the last word on the cache manager before it is opened: for what no property can
 * say, such as the application's own Redis client. Several are called in Spring's order, by the
 * thread that starts the application, once.
 */
@FunctionalInterface
public interface NearsideCustomizer {

  /**
   * Says more, or something else than the application's properties did.
   *
   * @param manager knows what they say already
   */
  void customize(Nearside.Builder manager);
}
