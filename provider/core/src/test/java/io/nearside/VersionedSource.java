package io.nearside;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import javax.cache.Cache;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/**
 * A source that takes what is not older than what it has, and remembers all that it was asked.
 * Thread-safe.
 */
public final class VersionedSource implements VersionedCacheWriter<Integer, String> {

  /**
   * A change that was asked.
   *
   * @param value null deletes
   */
  public record Asked(@Nullable String value, long version) {}

  private final Map<Integer, List<Asked>> asked = new HashMap<>();
  private final Map<Integer, Asked> content = new HashMap<>();
  private final List<Integer> batches = new ArrayList<>();
  private boolean refuses;

  /** What was asked of a key, in that order. */
  public synchronized List<Asked> asked(Integer key) {
    return List.copyOf(asked.getOrDefault(key, List.of()));
  }

  public synchronized List<Long> versions(Integer key) {
    return asked(key).stream().map(Asked::version).toList();
  }

  public synchronized @Nullable String value(Integer key) {
    return content.getOrDefault(key, new Asked(null, 0)).value();
  }

  public synchronized List<Integer> batches() {
    return List.copyOf(batches);
  }

  /** Whether it fails when it has heard what it is asked. */
  public synchronized void refuse(boolean whether) {
    refuses = whether;
  }

  private synchronized void change(Integer key, @Nullable String value, long version) {
    asked.computeIfAbsent(key, none -> new ArrayList<>()).add(new Asked(value, version));
    if (refuses) {
      throw new CacheWriterException("refused");
    }
    Asked now = new Asked(value, version);
    content.merge(key, now, (old, next) -> old.version() > next.version() ? old : next);
  }

  @Override
  public void write(Cache.Entry<? extends Integer, ? extends String> entry, long version) {
    change(entry.getKey(), entry.getValue(), version);
  }

  @Override
  public void delete(Object key, long version) {
    change((Integer) key, null, version);
  }

  @Override
  public void writeAll(
      Collection<Cache.Entry<? extends Integer, ? extends String>> entries,
      ToLongFunction<Object> versions) {
    synchronized (this) {
      batches.add(entries.size());
    }
    VersionedCacheWriter.super.writeAll(entries, versions);
  }

  @Override
  public void deleteAll(Collection<?> keys, ToLongFunction<Object> versions) {
    Objects.requireNonNull(versions);
    VersionedCacheWriter.super.deleteAll(keys, versions);
  }
}
