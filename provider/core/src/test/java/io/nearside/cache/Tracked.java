package io.nearside.cache;

import io.nearside.config.NearsideConfiguration;
import java.io.Closeable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryListener;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/** User parts that can be closed, which count how often they were made and closed. */
final class Tracked {
  /** What users give a cache. */
  enum Part {
    POLICY,
    LOADER,
    WRITER,
    LISTENER,
    FILTER
  }

  final Map<Part, AtomicInteger> made = new ConcurrentHashMap<>();
  final Map<Part, AtomicInteger> closed = new ConcurrentHashMap<>();
  final CacheEntryListenerConfiguration<Integer, String> listening;
  private final Part spoilt;
  private final UnaryOperator<Object> spoiler;

  Tracked() {
    this(null, made -> made);
  }

  /**
   * @param spoiler what the factory of one part does instead of returning it
   */
  Tracked(Part spoilt, UnaryOperator<Object> spoiler) {
    this.spoilt = spoilt;
    this.spoiler = spoiler;
    for (Part part : Part.values()) {
      made.put(part, new AtomicInteger());
      closed.put(part, new AtomicInteger());
    }
    this.listening =
        new MutableCacheEntryListenerConfiguration<>(
            this.<CacheEntryListener<Integer, String>>factory(Part.LISTENER, new Listener()),
            this.<CacheEntryEventFilter<Integer, String>>factory(Part.FILTER, new Filter()),
            false,
            true);
  }

  CompleteConfiguration<Integer, String> configuration() {
    return NearsideConfiguration.builder(Integer.class, String.class)
        .statistics(true)
        .management(true)
        .expiryPolicy(this.<ExpiryPolicy>factory(Part.POLICY, new Policy()))
        .loader(this.<CacheLoader<Integer, String>>factory(Part.LOADER, new Loader()))
        .writer(this.<CacheWriter<Integer, String>>factory(Part.WRITER, new Writer()))
        .listener(listening)
        .build();
  }

  /** The counts, by part. */
  static Map<Part, Integer> counts(Map<Part, AtomicInteger> counters) {
    Map<Part, Integer> counts = new HashMap<>();
    counters.forEach((part, count) -> counts.put(part, count.get()));
    return counts;
  }

  @SuppressWarnings("unchecked")
  private <T> Factory<T> factory(Part part, Object product) {
    return () -> {
      T result = (T) (part == spoilt ? spoiler.apply(product) : product);
      made.get(part).addAndGet(result == null ? 0 : 1);
      return result;
    };
  }

  private void closing(Part part) {
    closed.get(part).incrementAndGet();
  }

  private final class Policy implements ExpiryPolicy, Closeable {
    @Override
    public Duration getExpiryForCreation() {
      return Duration.ONE_DAY;
    }

    @Override
    public Duration getExpiryForAccess() {
      return null;
    }

    @Override
    public Duration getExpiryForUpdate() {
      return null;
    }

    @Override
    public void close() {
      closing(Part.POLICY);
    }
  }

  private final class Loader implements CacheLoader<Integer, String>, Closeable {
    @Override
    public String load(Integer key) {
      return "loaded";
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> loaded = new HashMap<>();
      keys.forEach(key -> loaded.put(key, "loaded"));
      return loaded;
    }

    @Override
    public void close() {
      closing(Part.LOADER);
    }
  }

  private final class Writer implements CacheWriter<Integer, String>, Closeable {
    @Override
    public void write(Cache.Entry<? extends Integer, ? extends String> entry) {}

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {
      entries.clear();
    }

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.clear();
    }

    @Override
    public void close() {
      closing(Part.WRITER);
    }
  }

  private final class Listener implements CacheEntryCreatedListener<Integer, String>, Closeable {
    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends Integer, ? extends String>> events) {}

    @Override
    public void close() {
      closing(Part.LISTENER);
    }
  }

  private final class Filter implements CacheEntryEventFilter<Integer, String>, Closeable {
    @Override
    public boolean evaluate(CacheEntryEvent<? extends Integer, ? extends String> event) {
      return true;
    }

    @Override
    public void close() {
      closing(Part.FILTER);
    }
  }
}
