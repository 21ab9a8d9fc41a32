package io.nearside.config;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Warns once when local weights can together outgrow a quarter of the heap. Thread-safe. */
final class WeightBudget {
  private final long quarterOfHeap;
  private final Consumer<String> warnings;
  private final Map<String, Long> weights = new ConcurrentHashMap<>();
  private final AtomicBoolean warned = new AtomicBoolean();
  private final boolean capped;

  /**
   * @param cap the manager's cap; with it the caches' own weights can't add up to more
   */
  WeightBudget(long heapBytes, @Nullable Long cap, Consumer<String> warnings) {
    this.quarterOfHeap = heapBytes / 4;
    this.warnings = warnings;
    this.capped = cap != null;
    if (cap != null) {
      check(cap);
    }
  }

  void add(CacheSettings<?, ?> settings) {
    if (capped || !settings.local().weighted()) {
      return;
    }
    weights.put(settings.name(), settings.local().maximumWeight());
    check(weights.values().stream().mapToLong(Long::longValue).reduce(0, WeightBudget::sum));
  }

  void release(String cacheName) {
    weights.remove(cacheName);
  }

  private void check(long bytes) {
    if (bytes > quarterOfHeap && warned.compareAndSet(false, true)) {
      warnings.accept(
          "local.maximumWeight of all caches can reach "
              + bytes
              + " bytes, over a quarter of the heap ("
              + quarterOfHeap
              + "): lower it, set the manager's local.maximumWeight, or raise -Xmx");
    }
  }

  private static long sum(long one, long other) {
    long sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
