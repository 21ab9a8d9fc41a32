package io.nearside.store.remote;

import io.nearside.store.Lifetime.Terms;
import io.nearside.store.VersionedEntry.Identity;

/**
 * An entry that is to have a new life.
 *
 * @param identity of the entry
 * @param leased under which its source was asked
 * @param terms of its new life, as of an update
 * @param client what {@link io.nearside.codec.Envelope#client} made; empty leaves it as it is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Revival(EntryKeys keys, Identity identity, Leased leased, Terms terms, byte[] client) {}
