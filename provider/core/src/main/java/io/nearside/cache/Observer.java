package io.nearside.cache;

import io.nearside.EvictionCause;
import io.nearside.event.EventDispatcher;
import io.nearside.observe.CacheRecorder;
import io.nearside.store.StoreObserver;
import io.nearside.store.StoredEntry;
import javax.cache.event.EventType;
import org.jspecify.annotations.Nullable;

/** Turns what the store did into events and counts. */
final class Observer<K, V> implements StoreObserver<K, V> {
  private final EventDispatcher<K, V> events;
  private final CacheRecorder recorder;

  Observer(EventDispatcher<K, V> events, CacheRecorder recorder) {
    this.events = events;
    this.recorder = recorder;
  }

  @Override
  public boolean wantsChanges() {
    return events.active();
  }

  @Override
  public void changed(K key, @Nullable StoredEntry<V> prior, @Nullable StoredEntry<V> current) {
    if (current == null) {
      events.publish(EventType.REMOVED, key, null, value(prior));
    } else if (prior == null) {
      events.publish(EventType.CREATED, key, current.value(), null);
    } else {
      events.publish(EventType.UPDATED, key, current.value(), prior.value());
    }
  }

  @Override
  public boolean admitsExpiry() {
    return events.admitsExpiry();
  }

  @Override
  public void expired(K key, StoredEntry<V> entry) {
    recorder.expiration();
    expiredElsewhere(key, entry);
  }

  @Override
  public void expiredElsewhere(K key, StoredEntry<V> entry) {
    if (events.active()) {
      events.publish(EventType.EXPIRED, key, null, entry.value());
    }
  }

  @Override
  public void toldInBackground() {
    events.completeLater();
  }

  @Override
  public void evicted(K key, StoredEntry<V> entry, EvictionCause cause) {
    recorder.eviction(cause);
  }

  @Override
  public void unreadable() {
    recorder.unreadable();
  }

  @Override
  public void notStored() {
    recorder.notStored();
  }

  private static <V> @Nullable V value(@Nullable StoredEntry<V> entry) {
    return (entry == null) ? null : entry.value();
  }
}
