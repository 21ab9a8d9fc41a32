package io.nearside.store;

import java.io.Closeable;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Keeps which keys of a cache are read most, by all that share the log, so that it is known after
 * the end of the JVM. What is older than {@link #WINDOW_MILLIS} is not known any more. Thread-safe;
 * what goes wrong with what is kept is logged, and never thrown.
 */
public interface ReadLog<K> extends Closeable {
  /** How long ago a key may have been read last: one hour. */
  long WINDOW_MILLIS = 3_600_000;

  /** After so long a read counts for half: twenty minutes. */
  long HALF_LIFE_MILLIS = WINDOW_MILLIS / 3;

  /** What is left of a heat after some time. */
  static double faded(double heat, long millis) {
    return heat * Math.pow(2, -(double) Math.max(0, millis) / HALF_LIFE_MILLIS);
  }

  /**
   * A key that was read.
   *
   * @param heat how often, about; reads of long ago count less
   * @param readMillis the time of day of the last time
   */
  record Read<K>(K key, double heat, long readMillis) {}

  /** Replaces what was written here before; not what others that share the log have written. */
  void write(Collection<Read<K>> reads);

  /** Whether keys can be had back from it. */
  boolean isClear();

  /** The keys that can be had back, the hottest first. */
  List<K> hottest();

  /** Tells how hot a key is now, as far as it is known at the time of this call; else 0. */
  ToDoubleFunction<K> heats();

  /** Forgets all, also what others have written; then nothing is written here any more. */
  void destroy();

  @Override
  void close();
}
