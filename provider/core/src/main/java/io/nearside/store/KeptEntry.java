package io.nearside.store;

/**
 * What is kept of an entry whose time is over: it counts as absent for everybody, but may stand in
 * where a load of the key fails. Thread-safe.
 */
public final class KeptEntry<V> extends StoredEntry<V> {
  private final long until;
  private final Notes notes;

  /**
   * @param until when it may not stand in any more, in nanoseconds of {@link Clock#nanos}
   * @param notes what the entry remembered beside its value
   */
  public KeptEntry(V value, long until, Notes notes) {
    super(value, SEALED);
    this.until = until;
    this.notes = notes;
  }

  @Override
  public Notes notes() {
    return notes;
  }

  public long until() {
    return until;
  }

  public boolean isKept(long now) {
    return now < until;
  }
}
