package io.nearside.store;

/** An entry that remembers more than its value; a field that few others need. */
public final class NotedEntry<V> extends StoredEntry<V> {
  private final Notes notes;

  /** The same as an entry of a fixed life. */
  public NotedEntry(StoredEntry<V> entry, Notes notes) {
    super(entry.value(), entry.expiresAt(), entry.hasOwnLife());
    this.notes = notes;
  }

  @Override
  public Notes notes() {
    return notes;
  }
}
