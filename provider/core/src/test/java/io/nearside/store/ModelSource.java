package io.nearside.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/** A source that has even keys at first. */
final class ModelSource implements CacheLoader<Integer, Integer>, CacheWriter<Integer, Integer> {
  final Map<Integer, Integer> rows = new HashMap<>(Map.of(0, 0, 2, 1, 4, 2));

  @Override
  public @Nullable Integer load(Integer key) {
    return rows.get(key);
  }

  @Override
  public Map<Integer, Integer> loadAll(Iterable<? extends Integer> keys) {
    Map<Integer, Integer> found = new HashMap<>();
    keys.forEach(key -> found.put(key, rows.get(key)));
    return found;
  }

  @Override
  public void write(Cache.Entry<? extends Integer, ? extends Integer> entry) {
    rows.put(entry.getKey(), entry.getValue());
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends Integer>> entries) {
    entries.forEach(this::write);
    entries.clear();
  }

  @Override
  public void delete(Object key) {
    rows.remove(key);
  }

  @Override
  public void deleteAll(Collection<?> keys) {
    keys.forEach(this::delete);
    keys.clear();
  }
}
