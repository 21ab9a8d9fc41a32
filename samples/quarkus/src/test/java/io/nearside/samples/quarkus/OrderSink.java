package io.nearside.samples.quarkus;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;

/** Writes as long as it is open. */
@Singleton
@Named("order-sink")
class OrderSink implements CacheWriter<Long, String> {
  private final Map<Long, String> written = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Map<Long, String> written() {
    return written;
  }

  @Override
  public void write(Cache.Entry<? extends Long, ? extends String> entry) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    written.put(entry.getKey(), entry.getValue());
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends Long, ? extends String>> entries) {
    entries.forEach(this::write);
    entries.clear();
  }

  @Override
  public void delete(Object key) {}

  @Override
  public void deleteAll(Collection<?> keys) {}

  @PreDestroy
  void close() {
    closed = true;
  }
}
