package io.nearside.store;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Seeds of random tests: logged, and replayed by {@code -Dtest.seed=}. */
public final class Seeds {
  private Seeds() {}

  /** Returns the seed that was asked for, or a new one. */
  public static long seed(String test) {
    long seed = Long.getLong("test.seed", System.nanoTime());
    System.out.println(test + " -Dtest.seed=" + seed);
    return seed;
  }

  public static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }
}
