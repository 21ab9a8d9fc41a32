package io.nearside.cache;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;

/** Listeners to events of all types, with old values. */
final class Listeners {
  private Listeners() {}

  static <K, V> CacheEntryListenerConfiguration<K, V> counting(
      AtomicInteger count, boolean synchronous) {
    return of(event -> count.incrementAndGet(), synchronous);
  }

  static <K, V> CacheEntryListenerConfiguration<K, V> of(
      Consumer<CacheEntryEvent<? extends K, ? extends V>> code, boolean synchronous) {
    return of(code, null, synchronous);
  }

  static <K, V> CacheEntryListenerConfiguration<K, V> of(
      Consumer<CacheEntryEvent<? extends K, ? extends V>> code,
      CacheEntryEventFilter<K, V> filter,
      boolean synchronous) {
    return new MutableCacheEntryListenerConfiguration<>(
        new FactoryBuilder.SingletonFactory<CacheEntryListener<K, V>>(new ToAll<>(code)),
        filter == null
            ? null
            : new FactoryBuilder.SingletonFactory<CacheEntryEventFilter<K, V>>(filter),
        true,
        synchronous);
  }

  private record ToAll<K, V>(Consumer<CacheEntryEvent<? extends K, ? extends V>> code)
      implements CacheEntryCreatedListener<K, V>,
          CacheEntryUpdatedListener<K, V>,
          CacheEntryRemovedListener<K, V>,
          CacheEntryExpiredListener<K, V> {
    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends K, ? extends V>> events) {
      events.forEach(code);
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends K, ? extends V>> events) {
      events.forEach(code);
    }

    @Override
    public void onRemoved(Iterable<CacheEntryEvent<? extends K, ? extends V>> events) {
      events.forEach(code);
    }

    @Override
    public void onExpired(Iterable<CacheEntryEvent<? extends K, ? extends V>> events) {
      events.forEach(code);
    }
  }
}
