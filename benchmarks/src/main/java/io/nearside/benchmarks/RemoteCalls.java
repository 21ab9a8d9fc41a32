package io.nearside.benchmarks;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is measured of a store in Redis. Thread-safe. */
interface RemoteCalls extends Calls {
  Map<String, ?> getAll(Set<String> keys);

  void putAll(Map<String, Object> entries);

  /** Reads the value and sets another one, atomically as far as the store can. */
  @Nullable Object invoke(String key, Object value);
}
