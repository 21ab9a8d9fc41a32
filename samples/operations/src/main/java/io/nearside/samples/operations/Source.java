package io.nearside.samples.operations;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/**
 * In the place of a database: a table in memory, each of whose statements takes some milliseconds.
 * Thread-safe.
 */
final class Source implements CacheLoader<Long, String>, CacheWriter<Long, String>, AutoCloseable {
  private static final int STATEMENT_MILLIS = 4;

  private final Map<Long, String> rows = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean refusing;

  /** From now on all statements fail, or none. */
  void refuse(boolean on) {
    refusing = on;
  }

  boolean refuses() {
    return refusing;
  }

  @Override
  public String load(Long key) {
    statement();
    return row(key);
  }

  @Override
  public Map<Long, String> loadAll(Iterable<? extends Long> keys) {
    statement();
    Map<Long, String> found = new HashMap<>();
    keys.forEach(key -> found.put(key, row(key)));
    return found;
  }

  private String row(Long key) {
    return rows.getOrDefault(key, "row " + key);
  }

  @Override
  public void write(Cache.Entry<? extends Long, ? extends String> entry) {
    statement();
    rows.put(entry.getKey(), entry.getValue());
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends Long, ? extends String>> entries) {
    statement();
    entries.forEach(entry -> rows.put(entry.getKey(), entry.getValue()));
    entries.clear(); // what is left has failed
  }

  @Override
  public void delete(Object key) {
    statement();
    rows.remove(key);
  }

  @Override
  public void deleteAll(Collection<?> keys) {
    statement();
    keys.forEach(rows::remove);
    keys.clear();
  }

  private void statement() {
    try {
      boolean ends = closed.await(STATEMENT_MILLIS, TimeUnit.MILLISECONDS);
      if (refusing && !ends) {
        throw new IllegalStateException("the source refuses all statements");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in a statement", e);
    }
  }

  /** Statements take no time any more. */
  @Override
  public void close() {
    closed.countDown();
  }
}
