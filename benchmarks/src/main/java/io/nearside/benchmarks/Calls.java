package io.nearside.benchmarks;

import org.jspecify.annotations.Nullable;

/** The two calls that every cache has. Thread-safe. */
interface Calls extends AutoCloseable {
  @Nullable Object get(String key);

  void put(String key, Object value);

  @Override
  void close();
}
