package io.nearside.cache;

import io.nearside.codec.Copier;
import io.nearside.store.Heats;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;

/**
 * Some of the keys that are read, chosen by chance: all while there are few, else one of a power of
 * two, so that there are never more than {@value #ROOM} between two calls of {@link #drain},
 * however many reads there are. Thread-safe; readers take no lock, and nobody waits.
 */
final class ReadSample<K> {
  /** What is taken in between at most. */
  static final int ROOM = 128;

  private static final int MOST_SKIPPED = (1 << 24) - 1;

  private final Copier copier;
  private final RandomGenerator random;
  private volatile Taken<K> taken = new Taken<>(0);

  /** What is taken until the next call of {@link #drain}. */
  private static final class Taken<K> {
    /** A read is taken if none of these bits of a random number is set. */
    final int mask;

    final AtomicInteger count = new AtomicInteger();
    final AtomicReferenceArray<K> keys = new AtomicReferenceArray<>(ROOM);

    Taken(int mask) {
      this.mask = mask;
    }

    int found() {
      return Math.min(count.get(), ROOM);
    }
  }

  ReadSample(Copier copier, RandomGenerator random) {
    this.copier = copier;
    this.random = random;
  }

  /**
   * A key has been read.
   *
   * @param key anybody's
   */
  void read(K key) {
    Taken<K> now = taken;
    if ((random.nextInt() & now.mask) == 0 && now.count.get() < ROOM) {
      int place = now.count.getAndIncrement();
      if (place < ROOM) {
        now.keys.set(place, copier.copy(key));
      }
    }
  }

  /**
   * Hands over what was taken, each for as many reads as it stands for; for one thread at a time.
   *
   * @return whether there was anything
   */
  boolean drain(Heats<K> heats, long nowMillis) {
    Taken<K> full = taken;
    int mask = nextMask(full);
    if (full.found() == 0 && mask == full.mask) {
      return false;
    }
    taken = new Taken<>(mask);
    int found = full.found();
    for (int i = 0; i < found; i++) {
      K key = full.keys.get(i);
      if (key != null) { // else its reader has not come to it, and it is lost
        heats.add(key, full.mask + 1, nowMillis, nowMillis);
      }
    }
    return found > 0;
  }

  private static int nextMask(Taken<?> full) {
    int found = full.found();
    if (found == ROOM) {
      return Math.min(MOST_SKIPPED, 4 * full.mask + 3);
    }
    return (found < ROOM / 4) ? full.mask >>> 1 : full.mask;
  }
}
