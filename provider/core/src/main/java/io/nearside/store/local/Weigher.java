package io.nearside.store.local;

/** Estimates the bytes that an entry takes in the local tier. Thread-safe. */
@FunctionalInterface
public interface Weigher {
  /** From 0 to {@link Integer#MAX_VALUE}. */
  int weigh(Object key, Object value);
}
