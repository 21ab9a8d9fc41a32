package io.nearside.cache;

import io.nearside.observe.CacheRecorder;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Whether warming pays: of the keys that were warmed, how many have been read, each of which would
 * have been a miss. Keys are known by a bit of their hash, so two may now and then be taken for
 * one; a quarter of a MiB from the first warming on. Thread-safe.
 */
final class Warmth {
  private static final int WORDS = 1 << 15;
  private static final int BITS_SHIFT = 64 - 21;

  private final CacheRecorder recorder;
  private volatile @Nullable AtomicLongArray words;

  Warmth(CacheRecorder recorder) {
    this.recorder = recorder;
  }

  /** Before the first key is {@link #warmed}. */
  void begin() {
    if (words == null) {
      words = new AtomicLongArray(WORDS);
    }
  }

  void warmed(Object key) {
    AtomicLongArray known = words;
    if (known != null) {
      int bit = bit(key);
      known.accumulateAndGet(bit >>> 6, 1L << bit, (word, one) -> word | one);
      recorder.warmed();
    }
  }

  /** A key has been read; the first time counts. */
  void hit(Object key) {
    if (words != null && take(key)) {
      recorder.warmedHit();
    }
  }

  /** A key has been missed: what comes now was not warmed. */
  void missed(Object key) {
    if (words != null) {
      boolean unused = take(key);
    }
  }

  private boolean take(Object key) {
    AtomicLongArray known = words;
    if (known == null) {
      return false;
    }
    int bit = bit(key);
    long mask = 1L << bit;
    return (known.get(bit >>> 6) & mask) != 0
        && (known.getAndAccumulate(bit >>> 6, ~mask, (word, rest) -> word & rest) & mask) != 0;
  }

  private static int bit(Object key) {
    return (int) ((key.hashCode() * 0x9E3779B97F4A7C15L) >>> BITS_SHIFT);
  }
}
