package io.nearside.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keys that are left alone for a while, at most so many. Thread-safe. */
final class Pauses<K> {
  /** Beyond it keys are not left alone. */
  private static final int MAXIMUM = 10_000;

  private final Map<K, Long> ends = new ConcurrentHashMap<>();

  boolean has(K key, long now) {
    Long end = ends.get(key);
    return end != null && now - end < 0;
  }

  /**
   * @param key the cache's own
   */
  void begin(K key, long now, long nanos) {
    if (ends.size() >= MAXIMUM) {
      ends.values().removeIf(end -> now - end >= 0);
    }
    if (ends.size() < MAXIMUM) {
      ends.put(key, now + nanos);
    }
  }

  void end(K key) {
    ends.remove(key);
  }
}
