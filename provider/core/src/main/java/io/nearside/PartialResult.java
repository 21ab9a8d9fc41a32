package io.nearside;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@link NearsideCache#getAllPartial} found of several keys. Immutable, but for the values,
 * which are the caller's own copies as {@code get} gives them. A key that is in neither map has no
 * value.
 *
 * @param values by key
 * @param failures why a key's value could not be had: a {@link
 *     javax.cache.integration.CacheLoaderException} or another exception that {@code getAll} throws
 */
public record PartialResult<K, V>(Map<K, V> values, Map<K, RuntimeException> failures) {

  public PartialResult {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
  }

  /** Whether no key failed. */
  public boolean isComplete() {
    return failures.isEmpty();
  }
}
