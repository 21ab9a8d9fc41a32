package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The steps of one operation that changes many keys. After an outage no more are made: each would
 * wait for its time-out. Not thread-safe.
 */
final class BulkProgress<K, V> {
  private final CacheParts<K, V> parts;
  private final List<RemoteUnavailableException> failures = new ArrayList<>();
  private boolean away;

  BulkProgress(CacheParts<K, V> parts) {
    this.parts = parts;
  }

  /** Whether a step that changes these keys is to be made; else it has failed as the last one. */
  boolean goesOn(Set<? extends K> keys) {
    if (away) {
      RemoteUnavailableException outage = failures.get(failures.size() - 1);
      keys.forEach(key -> {
        removeLater(key);
        failures.add(outage);
      });
    }
    return !away;
  }

  private void removeLater(K key) {
    if (parts.writes() != null || parts.degraded().makesGood()) {
      parts.store().removeLater(key);
    }
  }

  /** A step has been made, but could not change some of its keys. */
  void failed(Collection<RemoteUnavailableException> keys) {
    for (RemoteUnavailableException failure : keys) {
      failures.add(failure);
      away |= failure.reason() == Reason.UNREACHABLE || !parts.degraded().makesGood();
    }
  }

  /** Throws what happened unless the cache may go on without its store. */
  void end() {
    failures.forEach(parts.degraded()::forgiveChange);
  }
}
