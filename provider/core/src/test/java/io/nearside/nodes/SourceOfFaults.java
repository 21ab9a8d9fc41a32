package io.nearside.nodes;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;

/** A source that has {@link #VALUE} for every key, unless it fails or hangs. Thread-safe. */
final class SourceOfFaults implements CacheLoader<String, String>, CacheWriter<String, String> {
  static final String VALUE = "loaded";

  /** For how long its loads are waited. */
  static final Duration HARD_TIMEOUT = Duration.ofMillis(200);

  volatile boolean fails;
  volatile boolean refuses;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  void hang() {
    gate = new CountDownLatch(1);
  }

  void goOn() {
    gate.countDown();
  }

  @Override
  public String load(String key) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new CacheLoaderException(e);
    }
    if (fails) {
      throw new CacheLoaderException("out of order");
    }
    return VALUE;
  }

  @Override
  public Map<String, String> loadAll(Iterable<? extends String> keys) {
    Map<String, String> values = new HashMap<>();
    keys.forEach(key -> values.put(key, load(key)));
    return values;
  }

  @Override
  public void write(Cache.Entry<? extends String, ? extends String> entry) {
    take();
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
    take();
    entries.clear();
  }

  @Override
  public void delete(Object key) {
    take();
  }

  @Override
  public void deleteAll(Collection<?> keys) {
    take();
    keys.clear();
  }

  private void take() {
    if (refuses) {
      throw new CacheWriterException("out of order");
    }
  }
}
