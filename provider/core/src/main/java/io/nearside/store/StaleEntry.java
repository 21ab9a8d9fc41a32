package io.nearside.store;

import io.nearside.RemoteUnavailableException;

/**
 * An answer from a copy that is not provably within the bound, given because the authority is away.
 * Nothing may be decided by it.
 */
public final class StaleEntry<V> extends VersionedEntry<V> {
  private final RemoteUnavailableException cause;

  /**
   * @param cause why the authority did not answer
   */
  public StaleEntry(VersionedEntry<V> copy, RemoteUnavailableException cause) {
    super(
        copy.value(),
        copy.identity(),
        copy.expiresAt(),
        copy.hasOwnLife(),
        copy.createdAt(),
        copy.writtenAt());
    this.cause = cause;
  }

  /** Why the authority did not answer, for those who must not go by a copy. */
  public RemoteUnavailableException cause() {
    return cause;
  }
}
