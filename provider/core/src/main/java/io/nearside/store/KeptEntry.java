package io.nearside.store;

/**
 * What is kept of an entry whose time is over: it counts as absent for everybody, but may stand in
 * where a load of the key fails. Thread-safe.
 */
public final class KeptEntry<V> extends StoredEntry<V> {
  private final long until;

  /**
   * @param until when it may not stand in any more, in nanoseconds of {@link Clock#nanos}
   */
  public KeptEntry(V value, long until) {
    super(value, SEALED);
    this.until = until;
  }

  public long until() {
    return until;
  }

  public boolean isKept(long now) {
    return now < until;
  }
}
