package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.FetchedEntry;
import io.nearside.store.Outcome;
import io.nearside.store.Unavailable;
import io.nearside.store.VersionedEntry;
import io.nearside.store.remote.Scripts.KnownEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks whether entries are still those that somebody has copies of: only their headers are read,
 * and no value is sent.
 */
record Confirmations<K, V>(StoreParts<K, V> parts, Recovery<K, V> recovery) {

  /** What has been found out about some keys; of the others nothing is known. */
  Map<K, Outcome<V>> ask(Map<K, ? extends VersionedEntry<V>> known) {
    Map<K, Outcome<V>> outcomes = new HashMap<>();
    List<K> keys = new ArrayList<>();
    List<RemoteKey> remotes = new ArrayList<>();
    List<KnownEntry> asked = new ArrayList<>();
    known.forEach((key, entry) -> {
      RemoteKey remote = parts.entries().locate(key);
      if (!recovery.hides(remote)) {
        keys.add(key);
        remotes.add(remote);
        asked.add(new KnownEntry(remote.head(), remote.entry(), entry.identity()));
      }
    });
    List<Attempt<ConfirmReply>> replies = parts.scripts().confirmAll(asked);
    for (int i = 0; i < keys.size(); i++) {
      K key = keys.get(i);
      VersionedEntry<V> entry = known.get(key);
      ConfirmReply reply = replies.get(i).reply();
      RemoteUnavailableException failure = replies.get(i).unavailable();
      if (failure != null) {
        outcomes.put(key, new Unavailable<>(failure));
      } else if (entry != null && reply != null && reply.status() == ScriptStatus.DONE) {
        outcomes.put(key, confirmed(remotes.get(i), entry, reply.expiresAt()));
      }
    }
    return outcomes;
  }

  private VersionedEntry<V> confirmed(RemoteKey remote, VersionedEntry<V> entry, long expiresAt) {
    ServerClock server = parts.connection().serverClock(remote.head());
    VersionedEntry<V> confirmed =
        new VersionedEntry<>(
            entry.value(),
            entry.identity(),
            Entries.expiresAt(expiresAt, server),
            entry.hasOwnLife(),
            entry.createdAt(),
            entry.writtenAt());
    return new FetchedEntry<>(confirmed, FetchedEntry.UNTOLD, entry.notes());
  }
}
