package io.nearside.store.remote;

import io.nearside.config.LoadSettings;
import java.time.Duration;

/**
 * How long a load holds its key.
 *
 * @param life without being prolonged
 * @param longest with that; a load that hangs when its callers have left lets others try then
 */
record LeaseTerms(Duration life, Duration longest) {
  private static final Duration NO_END = Duration.ofDays(36_500);

  /** As long as the load goes on. */
  static LeaseTerms endless(Duration life) {
    return new LeaseTerms(life, NO_END);
  }

  /** A caller waits for room as long as a time-out says, and then for the load. */
  static LeaseTerms of(LoadSettings load) {
    Duration timeout = load.hardTimeout();
    return (timeout == null)
        ? endless(load.lease())
        : new LeaseTerms(load.lease(), timeout.multipliedBy(2));
  }
}
