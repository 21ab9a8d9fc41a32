package io.nearside.store;

/** An entry as the {@linkplain Authority authority} has just told it. */
public final class FetchedEntry<V> extends VersionedEntry<V> {
  /** Of an entry whose generation is not told. */
  public static final long UNTOLD = 0;

  private final long generation;
  private final Notes notes;

  /**
   * @param generation of its partition, or {@link #UNTOLD}
   */
  public FetchedEntry(VersionedEntry<V> entry, long generation) {
    this(entry, generation, entry.notes());
  }

  /**
   * @param generation of its partition, or {@link #UNTOLD}
   * @param notes what it remembers beside its value
   */
  public FetchedEntry(VersionedEntry<V> entry, long generation, Notes notes) {
    super(
        entry.value(),
        entry.identity(),
        entry.expiresAt(),
        entry.hasOwnLife(),
        entry.createdAt(),
        entry.writtenAt());
    this.generation = generation;
    this.notes = notes;
  }

  @Override
  public Notes notes() {
    return notes;
  }

  /** Of its partition when it was told. */
  public long generation() {
    return generation;
  }
}
