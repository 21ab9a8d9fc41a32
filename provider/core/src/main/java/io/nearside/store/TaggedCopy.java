package io.nearside.store;

/** A copy of an entry that has tags. */
public final class TaggedCopy<V> extends CopiedEntry<V> {
  private final Notes notes;
  private long seen;

  TaggedCopy(VersionedEntry<V> source, long expiresAt, int partition, int slot, Epoch epoch) {
    super(source, expiresAt, partition, slot, epoch);
    this.notes = Notes.of(null, source.notes().tags());
  }

  @Override
  public Notes notes() {
    return notes;
  }

  /** What its holder had seen of tags when its key was reserved. */
  public long seen() {
    return seen;
  }

  /** For its holder, before it is published. */
  public void seen(long number) {
    seen = number;
  }
}
