package io.nearside.resilience;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Time and chance, so that tests can drive both.
 *
 * @param nanos monotonic, never negative
 */
public record Ambient(LongSupplier nanos, RandomGenerator random) {}
