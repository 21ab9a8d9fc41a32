package io.nearside.store;

/**
 * An answer from a copy that is not provably within the bound, given because the authority is away.
 */
public final class StaleEntry<V> extends VersionedEntry<V> {
  public StaleEntry(VersionedEntry<V> copy) {
    super(
        copy.value(),
        copy.identity(),
        copy.expiresAt(),
        copy.hasOwnLife(),
        copy.createdAt(),
        copy.writtenAt());
  }
}
