package io.nearside;

import java.util.Map;
import java.util.function.Function;
import javax.cache.integration.CacheLoader;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CacheLoader} (JSR-107 section 7) that can say more than the value, such as how long it
 * lives. Must be thread-safe.
 */
@FunctionalInterface
public interface NearsideLoader<K, V> extends CacheLoader<K, V> {

  /**
   * Loads a value.
   *
   * @return null if the source has none
   * @throws javax.cache.integration.CacheLoaderException if the source fails
   */
  @Nullable V load(K key, LoadContext context);

  @Override
  default @Nullable V load(K key) {
    return load(key, timeToLive -> {});
  }

  /**
   * Loads several values. This is what a cache calls. Unless overridden it calls {@link
   * #loadAll(Iterable)}, which loads one by one unless overridden: a loader that can load many at
   * once overrides either, this one if it has something to say of them.
   *
   * @param contexts tells what to say of a key's value to
   * @return without the keys that the source has no value for
   * @throws javax.cache.integration.CacheLoaderException if the source fails
   */
  default Map<K, V> loadAll(
      Iterable<? extends K> keys, Function<? super K, ? extends LoadContext> contexts) {
    return LoadOfMany.byContexts(this, keys, contexts);
  }

  /**
   * Loads several values, by {@link #loadAll(Iterable, Function)} if that is overridden, and
   * otherwise one by one. What overrides this one may call it as {@code
   * NearsideLoader.super.loadAll(keys)}, but {@code loadAll(keys, contexts)} only if that is
   * overridden too, since it would be called again.
   */
  @Override
  default Map<K, V> loadAll(Iterable<? extends K> keys) {
    return LoadOfMany.byKeys(this, keys);
  }
}
