package io.nearside.store;

import io.nearside.store.ReadLog.Read;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often keys were read, in bounded memory: there are at most twice as many keys as are wanted,
 * and when there would be more, the coldest half goes. So a key of which one read in as many as are
 * wanted is, or more, outlasts any number of keys that are read once (lossy counting; Manku and
 * Motwani, 2002). Not thread-safe.
 */
public final class Heats<K> {
  private final int maximum;
  private final Map<K, Heat> heats = new HashMap<>();

  private static final class Heat {
    double value;
    long atMillis;
    long readMillis;

    double at(long nowMillis) {
      return ReadLog.faded(value, nowMillis - atMillis);
    }
  }

  /**
   * @param maximum the keys that are wanted, over 0
   */
  public Heats(int maximum) {
    this.maximum = maximum;
  }

  /**
   * Adds reads of a key.
   *
   * @param heat what they come to now
   * @param readMillis the time of the last of them
   */
  public void add(K key, double heat, long readMillis, long nowMillis) {
    Heat known = heats.get(key);
    if (known == null) {
      if (heats.size() >= 2L * maximum) {
        prune(nowMillis);
      }
      known = new Heat();
      heats.put(key, known);
    }
    known.value = known.at(nowMillis) + heat;
    known.atMillis = nowMillis;
    known.readMillis = Math.max(known.readMillis, readMillis);
  }

  private void prune(long nowMillis) {
    heats.values().removeIf(heat -> isOver(heat, nowMillis));
    int excess = heats.size() - maximum;
    if (excess > 0) {
      double[] values = heats.values().stream().mapToDouble(heat -> heat.at(nowMillis)).toArray();
      Arrays.sort(values);
      double least = values[excess];
      heats.values().removeIf(heat -> heat.at(nowMillis) < least);
      dropAt(least, nowMillis);
    }
  }

  /** Those of equal heat that are too many. */
  private void dropAt(double least, long nowMillis) {
    for (var each = heats.values().iterator(); heats.size() > maximum && each.hasNext(); ) {
      if (each.next().at(nowMillis) == least) {
        each.remove();
      }
    }
  }

  private static boolean isOver(Heat heat, long nowMillis) {
    return nowMillis - heat.readMillis > ReadLog.WINDOW_MILLIS;
  }

  /** The keys that are known, some of which may be too old, or too many. */
  public int size() {
    return heats.size();
  }

  /** The keys that are wanted, the hottest first. */
  public List<Read<K>> hottest(long nowMillis) {
    return heats.entrySet().stream()
        .filter(one -> !isOver(one.getValue(), nowMillis))
        .map(one ->
            new Read<>(one.getKey(), one.getValue().at(nowMillis), one.getValue().readMillis))
        .sorted(Comparator.<Read<K>>comparingDouble(Read::heat).reversed())
        .limit(maximum)
        .toList();
  }
}
