package io.nearside.store.remote;

import io.nearside.store.Applied;
import io.nearside.store.FetchedEntry;
import io.nearside.store.HotEntry;
import io.nearside.store.Lifetime;
import io.nearside.store.Notes;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;

/**
 * Has an entry live on whose source has no other value. The value is sent only if what it remembers
 * has changed, since the envelope has both in one. For one thread.
 */
record Reviving<K, V>(
    StoreParts<K, V> parts,
    Expirations<K, V> expirations,
    VersionedEntry<V> entry,
    Lifetime lifetime) {
  private static final long MICROS = 1_000;

  Applied<V> send(K key, RemoteKey remote, Leased leased) {
    Notes notes = lifetime.notes();
    boolean same = notes.equals(entry.notes());
    long nonce = same ? entry.identity().nonce() : parts.random().nextLong();
    byte[] client =
        same ? Wire.NOTHING : parts.entries().client(remote, entry.value(), notes, nonce);
    CallTime.allow(client.length);
    ChangeReply reply =
        parts
            .scripts()
            .revive(new Revival(remote.keys(), entry.identity(), leased, lifetime.terms(), client));
    if (reply.status() == ScriptStatus.LATE) {
      throw parts.late();
    } else if (reply.status() != ScriptStatus.DONE) { // nobody asked for it to live on
      return new Applied<>(false, null, null);
    }
    VersionedEntry<V> current = current(remote, reply, nonce, notes);
    expirations.note(key, remote, current);
    return new Applied<>(true, true, entry, current);
  }

  private VersionedEntry<V> current(RemoteKey remote, ChangeReply reply, long nonce, Notes notes) {
    ServerClock server = parts.connection().serverClock(remote.head());
    VersionedEntry<V> current =
        new VersionedEntry<>(
            entry.value(),
            new Identity(reply.version(), nonce),
            Entries.expiresAt(reply.expiresAt(), server),
            lifetime.terms().ownLife(),
            server.nanosAt(reply.createdAt() * MICROS),
            server.nanosAt(reply.version()));
    return reply.hot()
        ? new HotEntry<>(current, notes)
        : new FetchedEntry<>(current, reply.generation(), notes);
  }
}
