package io.nearside.store.remote;

import io.nearside.store.Change;
import io.nearside.store.Lifetime;
import io.nearside.store.VersionedEntry.Identity;
import org.jspecify.annotations.Nullable;

/**
 * A change of one key.
 *
 * @param condition what must hold of the live entry
 * @param identity with {@code SAME} of the expected entry; else of one that its reader could not
 *     decode and that counts as absent, or null
 * @param client what {@link io.nearside.codec.Envelope#client} made; null removes
 * @param terms of what is stored; null if {@code client} is
 * @param returning whether the prior envelope is to be told, live or expired
 * @param turn the caller's token in the queue for this key, with {@code SAME}; 0: none
 */
record ChangeRequest(
    Change.Condition condition,
    @Nullable Identity identity,
    byte @Nullable [] client,
    Lifetime.@Nullable Terms terms,
    Change.Returning returning,
    long turn) {

  static ChangeRequest store(
      Change.Condition condition,
      @Nullable Identity identity,
      byte[] client,
      Lifetime.Terms terms,
      Change.Returning returning) {
    return new ChangeRequest(condition, identity, client, terms, returning, 0);
  }

  static ChangeRequest remove(
      Change.Condition condition, @Nullable Identity identity, Change.Returning returning) {
    return new ChangeRequest(condition, identity, null, null, returning, 0);
  }

  /** The same by one who has a token in the queue for this key. */
  ChangeRequest withTurn(long token) {
    return new ChangeRequest(condition, identity, client, terms, returning, token);
  }
}
