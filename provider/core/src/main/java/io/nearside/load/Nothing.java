package io.nearside.load;

import io.nearside.config.NotFoundSettings;
import java.util.List;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * The exceptions by which a loader says that the source has nothing for a key. Thread-safe.
 *
 * @param types and all below them
 */
public record Nothing(List<Class<? extends Throwable>> types) {
  /** It says so by null alone. */
  static final Nothing BY_NULL = new Nothing(List.of());

  /** As a cache's settings say. */
  public static Nothing said(@Nullable NotFoundSettings settings) {
    return (settings == null) ? BY_NULL : new Nothing(settings.exceptions());
  }

  /** Itself, or what it was caused by if it only says that a loader has failed. */
  boolean by(Exception thrown) {
    return isOne(thrown) || thrown instanceof CacheLoaderException && isOne(thrown.getCause());
  }

  private boolean isOne(@Nullable Throwable thrown) {
    return types.stream().anyMatch(type -> type.isInstance(thrown));
  }
}
