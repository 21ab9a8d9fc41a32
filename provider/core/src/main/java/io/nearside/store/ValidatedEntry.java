package io.nearside.store;

/** An entry that remembers what its source knows the value by; a field that few others need. */
public final class ValidatedEntry<V> extends StoredEntry<V> {
  private final String validator;

  /** The same as an entry of a fixed life. */
  public ValidatedEntry(StoredEntry<V> entry, String validator) {
    super(entry.value(), entry.expiresAt(), entry.hasOwnLife());
    this.validator = validator;
  }

  @Override
  public String validator() {
    return validator;
  }
}
