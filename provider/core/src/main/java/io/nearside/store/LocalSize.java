package io.nearside.store;

import java.util.function.LongSupplier;

/**
 * How much a local tier holds.
 *
 * @param entries roughly
 * @param weight in bytes, estimated; 0 where entries are not weighed
 */
public record LocalSize(LongSupplier entries, LongSupplier weight) {}
