package io.nearside.store;

/**
 * An entry whose key is written so often that the authority has marked it: it must not be copied,
 * since what becomes of it is told to nobody. The mark goes with a later write, or when somebody
 * {@linkplain Authority#cool takes it off}.
 */
public final class HotEntry<V> extends VersionedEntry<V> {
  private final Notes notes;

  public HotEntry(VersionedEntry<V> marked) {
    this(marked, marked.notes());
  }

  /**
   * @param notes what it remembers beside its value
   */
  public HotEntry(VersionedEntry<V> marked, Notes notes) {
    super(
        marked.value(),
        marked.identity(),
        marked.expiresAt(),
        marked.hasOwnLife(),
        marked.createdAt(),
        marked.writtenAt());
    this.notes = notes;
  }

  @Override
  public Notes notes() {
    return notes;
  }
}
