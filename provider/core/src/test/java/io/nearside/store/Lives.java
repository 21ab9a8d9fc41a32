package io.nearside.store;

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
    return new Known(this, validator);
  }

  private record Known(Lives lives, String validator) implements Lifetime {
    @Override
    public <V> StoredEntry<V> created(V value, long now) {
      return new ValidatedEntry<>(lives.created(value, now), validator);
    }

    @Override
    public <V> StoredEntry<V> updated(V value, StoredEntry<V> prior, long now) {
      return new ValidatedEntry<>(lives.updated(value, prior, now), validator);
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
