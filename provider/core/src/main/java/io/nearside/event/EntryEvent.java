package io.nearside.event;

import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * One event as one listener sees it. Keys and values are the cache's own until they are asked for;
 * then the listener gets its copies.
 */
final class EntryEvent<K, V> extends CacheEntryEvent<K, V> {
  private static final long serialVersionUID = 1L;

  private final transient K key;
  private final transient @Nullable V value;
  private final transient @Nullable V oldValue;
  private final transient UnaryOperator<Object> copier;

  EntryEvent(
      Cache<K, V> source,
      EventType type,
      Change<K, V> change,
      boolean oldValueRequired,
      UnaryOperator<Object> copier) {
    super(source, type);
    boolean gone = type == EventType.REMOVED || type == EventType.EXPIRED;
    this.key = change.key();
    this.oldValue = oldValueRequired ? change.oldValue() : null;
    this.value = gone ? oldValue : change.value();
    this.copier = copier;
  }

  /** What happened to an entry, the same for all listeners. */
  record Change<K, V>(K key, @Nullable V value, @Nullable V oldValue) {}

  @Override
  public K getKey() {
    return copy(key);
  }

  @Override
  public @Nullable V getValue() {
    return (value == null) ? null : copy(value);
  }

  @Override
  public @Nullable V getOldValue() {
    return (oldValue == null) ? null : copy(oldValue);
  }

  @Override
  public boolean isOldValueAvailable() {
    return oldValue != null;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new IllegalArgumentException("an event can't be unwrapped to " + type.getName());
  }

  @SuppressWarnings("unchecked")
  private <T> T copy(T object) {
    return (T) copier.apply(object);
  }
}
