package io.nearside.cache;

import io.nearside.cache.ReadThrough.Taken;
import io.nearside.load.Loads;
import io.nearside.store.StoredEntry;
import javax.cache.processor.MutableEntry;
import org.jspecify.annotations.Nullable;

/**
 * An entry while its processor runs: what the processor sees, and what it decides. Only the last
 * decision counts. Not thread-safe; useless once the processor has returned.
 */
final class ProcessedEntry<K, V> implements MutableEntry<K, V> {
  /** What is to be done when the processor has returned. */
  enum Decision {
    NONE,
    ACCESS,
    LOAD,
    SET,
    REMOVE
  }

  private final CacheParts<K, V> parts;
  private final ReadThrough<K, V> readThrough;
  private final K key;
  private final @Nullable StoredEntry<V> seen;
  private final long seenAt;
  private Decision decision = Decision.NONE;
  private @Nullable V value;
  private @Nullable Taken<V> taken;
  private boolean stored;
  private boolean loadTried;
  private boolean ended;

  /**
   * @param seen the live entry, null if there is none
   * @param seenAt when it was looked at
   */
  ProcessedEntry(
      CacheParts<K, V> parts,
      ReadThrough<K, V> readThrough,
      K key,
      @Nullable StoredEntry<V> seen,
      long seenAt) {
    this.parts = parts;
    this.readThrough = readThrough;
    this.key = key;
    this.seen = seen;
    this.seenAt = seenAt;
    this.value = (seen == null) ? null : seen.value();
  }

  @Override
  public K getKey() {
    requireRunning();
    return parts.copier().copy(key);
  }

  @Override
  public boolean exists() {
    requireRunning();
    return value != null;
  }

  @Override
  public @Nullable V getValue() {
    requireRunning();
    if (decision == Decision.NONE) {
      if (value != null) {
        decision = Decision.ACCESS;
      } else {
        load();
      }
    }
    return (value == null) ? null : parts.copier().copy(value);
  }

  @Override
  public void setValue(V newValue) {
    requireRunning();
    if (newValue == null) {
      throw new NullPointerException("value is null");
    }
    Types.check(parts.settings(), key, newValue);
    value = parts.copier().copy(newValue);
    decision = Decision.SET;
  }

  @Override
  public void remove() {
    requireRunning();
    // What the processor itself set a moment ago was never there: nothing is to be removed.
    decision = (decision == Decision.SET && seen == null) ? Decision.NONE : Decision.REMOVE;
    loadTried = true;
    value = null;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new IllegalArgumentException("an entry can't be unwrapped to " + type.getName());
  }

  private void load() {
    Loads<K, V> loads = parts.readThrough();
    if (loads == null || loadTried) {
      return;
    }
    loadTried = true;
    Taken<V> loaded = readThrough.take(key, loads);
    taken = loaded;
    if (loaded.value() != null) {
      value = loaded.value();
      decision = Decision.LOAD;
    }
  }

  @Nullable StoredEntry<V> seen() {
    return seen;
  }

  long seenAt() {
    return seenAt;
  }

  Decision decision() {
    return decision;
  }

  @Nullable V newValue() {
    return value;
  }

  void stored(boolean yes) {
    stored = yes;
  }

  boolean wasStored() {
    return stored;
  }

  /** What was loaded; null if nothing was. */
  @Nullable Taken<V> taken() {
    return taken;
  }

  /** To be called once, when the decision has been stored. */
  void end() {
    ended = true;
    if (taken != null && taken.flight() != null) {
      readThrough.end(key, taken.flight());
    }
  }

  private void requireRunning() {
    if (ended) {
      throw new IllegalStateException("the entry processor has returned; its entry is of no use");
    }
  }
}
