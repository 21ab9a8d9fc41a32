package io.nearside.store;

import io.nearside.EvictionCause;
import org.jspecify.annotations.Nullable;

/** Stores that each lack one lock, reservation or comparison: what the tests must catch. */
public final class Mutants {
  private Mutants() {}

  /** Changes an entry though it is not the expected one any more. */
  public static <K, V> Store<K, V> withoutCompareAndSet(Store<K, V> behind) {
    return new ForwardingStore<>(behind) {
      @Override
      public Applied<V> apply(K key, Change<V> change, long now) {
        return super.apply(
            key,
            change.condition() == Change.Condition.SAME
                ? new Change<>(Change.Condition.NONE, null, change.value(), change.lifetime())
                : change,
            now);
      }
    };
  }

  /** Stores what was loaded though the key has been changed since. */
  public static <K, V> Store<K, V> withoutReservations(Store<K, V> behind) {
    return new ForwardingStore<>(behind) {
      @Override
      public Applied<V> fill(K key, Reservation reservation, Change<V> change, long now) {
        return super.apply(key, change, now);
      }
    };
  }

  /** Clears one key after the other. */
  public static <K, V> Store<K, V> clearingKeyByKey(Store<K, V> behind) {
    return new ForwardingStore<>(behind) {
      @Override
      public void clear() {
        super.iterator().forEachRemaining(e -> super.apply(e.getKey(), Change.remove(), 0));
      }
    };
  }

  /** Tells of changes after the stripe's lock was given back. */
  public static final class Telling<K, V> extends ForwardingStore<K, V> {
    private final StoreObserver<K, V> observer;

    public Telling(Store<K, V> behind, StoreObserver<K, V> observer) {
      super(behind);
      this.observer = observer;
    }

    @Override
    public Applied<V> apply(K key, Change<V> change, long now) {
      Applied<V> applied = super.apply(key, change, now);
      if (applied.prior() != null || applied.current() != null) {
        observer.changed(key, applied.prior(), applied.current());
      }
      return applied;
    }
  }

  /** The observer without its wish to hear of changes. */
  public static <K, V> StoreObserver<K, V> unordered(StoreObserver<K, V> observer) {
    return new StoreObserver<>() {
      @Override
      public boolean wantsChanges() {
        return false;
      }

      @Override
      public void changed(K key, @Nullable StoredEntry<V> prior, @Nullable StoredEntry<V> current) {
        throw new AssertionError("not asked for");
      }

      @Override
      public void expired(K key, StoredEntry<V> entry) {
        observer.expired(key, entry);
      }

      @Override
      public void evicted(K key, StoredEntry<V> entry, EvictionCause cause) {
        observer.evicted(key, entry, cause);
      }
    };
  }
}
