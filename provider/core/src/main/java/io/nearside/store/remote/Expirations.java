package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.codec.Envelope.View;
import io.nearside.codec.Head;
import io.nearside.store.Change.Returning;
import io.nearside.store.StoredEntry;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.remote.ExpiryWatch.Watched;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells of entries whose time is over: while the observer wants changes, an expired entry that is
 * met is removed by a script, and whoever removed it tells. Entries that this node has written or
 * read are looked at when they are due. Thread-safe.
 */
final class Expirations<K, V> {
  private static final int AT_ONCE = 100;

  /** Beyond its life, since what is known of the server's clock is not exact. */
  private static final long MARGIN_NANOS = 2_000_000;

  private static final long RETRY_NANOS = 1_000_000_000;

  private final StoreParts<K, V> parts;
  private final ExpiryWatch<K> watch = new ExpiryWatch<>();

  Expirations(StoreParts<K, V> parts) {
    this.parts = parts;
  }

  /** Has an entry looked at when its time will be over. */
  void note(K key, RemoteKey remote, StoredEntry<V> entry) {
    long expiresAt = entry.expiresAt();
    if (expiresAt < StoredEntry.NEVER - MARGIN_NANOS && parts.observer().wantsChanges()) {
      watch.note(key, remote, expiresAt + MARGIN_NANOS);
    }
  }

  /** Has an entry looked at soon. */
  void noteNow(K key, RemoteKey remote) {
    if (parts.observer().wantsChanges()) {
      watch.note(key, remote, parts.clock().nanos());
    }
  }

  /** As {@link #met}, by who must not wait for Redis: what has expired is removed soon. */
  void metInPassing(K key, RemoteKey remote, Seen<V> seen) {
    if (seen.live() == null && seen.expired() != null) {
      noteNow(key, remote);
    } else {
      met(key, remote, seen);
    }
  }

  /** Does what is to be done for what a read has met. */
  void met(K key, RemoteKey remote, Seen<V> seen) {
    if (seen.live() != null) {
      note(key, remote, seen.live());
    } else if (seen.expired() != null && parts.observer().wantsChanges()) {
      try {
        remove(key, remote, Entries.identity(seen.expired()));
      } catch (RemoteUnavailableException e) {
        retry(key, remote);
      }
    }
  }

  private void remove(K key, RemoteKey remote, Identity identity) {
    if (!parts.observer().admitsExpiry()) {
      noteNow(key, remote);
      return;
    }
    try (KeyOrder.Held held = parts.order().hold(remote)) {
      if (held.ordered()) {
        ExpireReply reply = parts.scripts().expire(remote.keys(), identity, Returning.ENTRY);
        if (reply.status() == ScriptStatus.DONE && reply.prior() != null) {
          byte[] prior = reply.prior();
          Mark mark = new Mark(remote.entry(), Mark.Kind.EXPIRED, identity.version());
          parts.order().inTurn(mark, identity.version(), () -> tell(key, remote, prior));
        }
      }
    }
  }

  /** Tells that an entry has been removed because its time was over; the key's order is held. */
  void tell(K key, RemoteKey remote, byte[] raw) {
    View view = parts.entries().view(remote, raw);
    VersionedEntry<V> entry =
        (view == null)
            ? null
            : parts.entries().entry(remote, view, parts.connection().serverClock(remote.head()));
    if (entry != null) {
      parts.observer().expired(key, entry);
    }
  }

  /** Whether anything is due; to be asked often. */
  boolean isDue() {
    if (!watch.isEmpty() && !parts.observer().wantsChanges()) {
      watch.clear();
    }
    return watch.isDue(parts.clock().nanos());
  }

  /** Looks at what is due; calls Redis. */
  void look() {
    List<Watched<K>> due = watch.take(parts.clock().nanos(), AT_ONCE);
    while (!due.isEmpty() && look(due)) {
      due = watch.take(parts.clock().nanos(), AT_ONCE);
    }
  }

  /** False if Redis is away. */
  private boolean look(List<Watched<K>> due) {
    List<List<String>> groups = new ArrayList<>();
    due.forEach(watched -> groups.add(List.of(watched.remote.head(), watched.remote.entry())));
    List<? extends List<byte[]>> values;
    try {
      values = parts.connection().readAll(groups);
    } catch (RemoteUnavailableException e) {
      due.forEach(watched -> retry(watched.key, watched.remote));
      return false;
    }
    boolean all = true;
    for (int i = 0; i < due.size(); i++) {
      Watched<K> watched = due.get(i);
      List<byte[]> pair = values.get(i);
      all &= pair != null;
      if (pair == null) {
        retry(watched.key, watched.remote);
      } else {
        look(watched, pair);
      }
    }
    return all;
  }

  private void look(Watched<K> watched, List<byte[]> pair) {
    try {
      ServerClock server = parts.connection().serverClock(watched.remote.head());
      Head head = Head.parse(pair.get(0));
      long now = parts.clock().nanos();
      met(
          watched.key,
          watched.remote,
          parts.entries().seen(watched.remote, head, pair.get(1), server, now));
    } catch (RemoteUnavailableException e) {
      retry(watched.key, watched.remote);
    }
  }

  private void retry(K key, RemoteKey remote) {
    watch.note(key, remote, parts.clock().nanos() + RETRY_NANOS);
  }

  void close() {
    watch.clear();
  }
}
