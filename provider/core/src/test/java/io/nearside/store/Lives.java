package io.nearside.store;

import java.util.List;

/** A lifetime of so many nanoseconds from each write. */
public record Lives(long createdNanos, long updatedNanos) implements Lifetime {
  public static final Lives FOR_EVER = of(StoredEntry.NEVER);

  public static Lives of(long nanos) {
    return new Lives(nanos, nanos);
  }

  @Override
  public <V> StoredEntry<V> created(V value, long now) {
    return new StoredEntry<>(value, after(now, createdNanos));
  }

  @Override
  public <V> StoredEntry<V> updated(V value, StoredEntry<V> prior, long now) {
    return new StoredEntry<>(value, after(now, updatedNanos));
  }

  @Override
  public Terms terms() {
    return new Terms(terms(createdNanos), terms(updatedNanos), Terms.ETERNAL, false);
  }

  /** The same, of values that their source knows by something. */
  public Lifetime knownBy(String validator) {
    return new Known(this, Notes.of(validator, List.of()));
  }

  /** The same, of entries with tags. */
  public Lifetime tagged(String... tags) {
    return new Known(this, Notes.of(null, List.of(tags)));
  }

  private record Known(Lives lives, Notes notes) implements Lifetime {
    @Override
    public <V> StoredEntry<V> created(V value, long now) {
      return new NotedEntry<>(lives.created(value, now), notes);
    }

    @Override
    public <V> StoredEntry<V> updated(V value, StoredEntry<V> prior, long now) {
      return new NotedEntry<>(lives.updated(value, prior, now), notes);
    }

    @Override
    public Terms terms() {
      return lives.terms();
    }
  }

  private static long terms(long nanos) {
    return nanos == StoredEntry.NEVER ? Terms.ETERNAL : nanos;
  }

  private static long after(long now, long nanos) {
    return nanos == StoredEntry.NEVER ? StoredEntry.NEVER : now + nanos;
  }
}
