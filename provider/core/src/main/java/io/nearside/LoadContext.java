package io.nearside;

import java.time.Duration;

/**
 * What a {@link NearsideLoader} may say of the value that it loads. For one load and one thread.
 */
public interface LoadContext {

  /**
   * How long the loaded value lives, counted from now, whatever the cache's settings say.
   *
   * @throws IllegalArgumentException if it is zero or negative
   */
  void timeToLive(Duration timeToLive);
}
