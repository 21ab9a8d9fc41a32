package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.codec.Envelope.View;
import io.nearside.codec.Head;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.remote.ChangeRun.Place;
import io.nearside.store.remote.Scripts.KeyedChange;
import io.nearside.store.remote.Unsaid.Removal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says to Redis what is still {@linkplain Unsaid unsaid}, when it answers again or before something
 * depends on it. A key's entry is removed by its identity, and only if it was made from what is
 * older than the change that failed, by the server's clock; nothing that another node has written
 * or begun to load since is touched. That clock is known to within the time of a round trip, so of
 * two changes that near the later one may be removed too: a miss, never an old value. Loads of the
 * key that began before are voided. Thread-safe.
 */
final class Recovery<K, V> {
  private static final int ATTEMPTS = 4;

  private final StoreParts<K, V> parts;

  Recovery(StoreParts<K, V> parts) {
    this.parts = parts;
  }

  /** Whether what Redis holds of a key does not count. */
  boolean hides(RemoteKey remote) {
    return parts.unsaid().covers(remote);
  }

  /**
   * Before a change: what is to be cleared is cleared, or it would take the change with it; and
   * what the change's condition asks must be of today.
   *
   * @throws RemoteUnavailableException if Redis is still away
   */
  void sayBefore(RemoteKey remote, Condition condition) {
    Unsaid unsaid = parts.unsaid();
    if (!unsaid.isEmpty()) {
      if (condition == Condition.NONE) {
        clearNow(remote.partition());
      } else {
        sayAll(remote);
      }
    }
  }

  /**
   * Says all of a key.
   *
   * @throws RemoteUnavailableException if Redis is still away
   */
  void sayAll(RemoteKey remote) {
    Unsaid unsaid = parts.unsaid();
    if (unsaid.isEmpty()) {
      return;
    }
    clearNow(remote.partition());
    Removal removal = unsaid.removal(remote);
    if (removal != null) {
      RemoteUnavailableException failure = remove(List.of(removal));
      if (failure != null) {
        throw failure;
      }
    }
  }

  /**
   * Says all of several keys, as far as Redis answers; what it can't be told stays {@linkplain
   * #hides hidden}.
   *
   * @return why not all could be said; null if all was
   */
  @Nullable RemoteUnavailableException trySayAll(Collection<? extends Place<?>> places) {
    Unsaid unsaid = parts.unsaid();
    if (unsaid.isEmpty()) {
      return null;
    }
    List<RemoteKey> hidden = places.stream().map(Place::remote).filter(unsaid::covers).toList();
    if (hidden.isEmpty()) {
      return null;
    }
    RemoteUnavailableException failure = clear(partitions(hidden));
    List<Removal> removals = hidden.stream().map(unsaid::removal).filter(Objects::nonNull).toList();
    RemoteUnavailableException other = remove(removals);
    return (failure == null) ? other : failure;
  }

  private static List<Integer> partitions(Collection<RemoteKey> keys) {
    return keys.stream().map(RemoteKey::partition).distinct().toList();
  }

  boolean isDue() {
    return !parts.unsaid().isEmpty();
  }

  /**
   * Clears, in one go, what changes of several keys would else have cleared one after the other.
   *
   * @return why not all could be cleared; null if all was
   */
  @Nullable RemoteUnavailableException clearBefore(Collection<RemoteKey> keys) {
    return parts.unsaid().isEmpty() ? null : clear(partitions(keys));
  }

  /** Says all, as long as Redis answers. */
  void sayAll() {
    Unsaid unsaid = parts.unsaid();
    clear(unsaid.clearances());
    List<Removal> some = unsaid.removals(StoreParts.CHUNK);
    while (!some.isEmpty() && remove(some) == null) {
      some = unsaid.removals(StoreParts.CHUNK);
    }
  }

  private void clearNow(int partition) {
    RemoteUnavailableException failure = clear(List.of(partition));
    if (failure != null) {
      throw failure;
    }
  }

  /** The first failure, or null. */
  private @Nullable RemoteUnavailableException clear(List<Integer> partitions) {
    Unsaid unsaid = parts.unsaid();
    List<Integer> left = partitions.stream().filter(unsaid::isCleared).toList();
    if (left.isEmpty()) {
      return null;
    }
    long now = parts.clock().nanos();
    RemoteUnavailableException first = null;
    List<Attempt<ScriptStatus>> replies =
        parts.scripts().clear(left.stream().map(parts.layout()::head).toList());
    for (int i = 0; i < left.size(); i++) {
      ScriptStatus status = replies.get(i).reply();
      if (status == ScriptStatus.DONE || status == ScriptStatus.FOREIGN) {
        unsaid.cleared(left.get(i), now); // nothing is live under a head that is not ours
      } else if (first == null) {
        RemoteUnavailableException failure = replies.get(i).unavailable();
        first = (failure == null) ? parts.late() : failure;
      }
    }
    return first;
  }

  /** The first failure, or null. */
  private @Nullable RemoteUnavailableException remove(List<Removal> removals) {
    List<Removal> left = removals;
    for (int attempt = 0; attempt < ATTEMPTS && !left.isEmpty(); attempt++) {
      try {
        left = tryRemove(left);
      } catch (RemoteUnavailableException e) {
        return e;
      }
    }
    return left.isEmpty() ? null : parts.unavailable("its entries change too fast", null);
  }

  /** Those whose entries have changed meanwhile. */
  private List<Removal> tryRemove(List<Removal> removals) {
    List<List<String>> groups = new ArrayList<>();
    removals.forEach(removal -> groups.add(List.of(removal.key().head(), removal.key().entry())));
    List<@Nullable List<byte @Nullable []>> values = parts.connection().readAll(groups);
    boolean away = false;
    List<Removal> asked = new ArrayList<>();
    List<KeyedChange> changes = new ArrayList<>();
    for (int i = 0; i < removals.size(); i++) {
      Removal removal = removals.get(i);
      List<byte @Nullable []> pair = values.get(i);
      if (pair == null) { // the other masters are to be told all the same
        away = true;
        continue;
      }
      ChangeRequest request = request(removal, pair);
      if (request == null) {
        parts.unsaid().done(removal);
      } else {
        asked.add(removal);
        changes.add(new KeyedChange(removal.key().keys(), request));
      }
    }
    List<Removal> again = settle(asked, parts.scripts().changeAll(changes));
    if (away) {
      throw parts.unavailable("a master does not answer", null);
    }
    return again;
  }

  /** Null if nothing is to be done: what is there is newer. */
  private @Nullable ChangeRequest request(Removal removal, List<byte @Nullable []> pair) {
    byte[] raw = pair.get(1);
    View view = (raw == null) ? null : parts.entries().view(removal.key(), raw);
    if (raw != null && view == null) {
      return null; // nobody can read it
    }
    ServerClock server = parts.connection().serverClock(removal.key().head());
    long millis = server.microsAt(parts.clock().nanos()) / 1_000;
    if (view == null || !view.isLive(Head.parse(pair.get(0)), millis)) {
      // Voids the loads that began before, and takes away what has expired.
      return ChangeRequest.remove(Condition.ABSENT, null, Returning.PRESENCE);
    }
    if (view.asOf() >= server.microsAt(removal.nanos())) {
      return null;
    }
    Identity identity = Entries.identity(view);
    return ChangeRequest.remove(Condition.SAME, identity, Returning.PRESENCE);
  }

  private List<Removal> settle(List<Removal> asked, List<Attempt<ChangeReply>> replies) {
    List<Removal> again = new ArrayList<>();
    RemoteUnavailableException failure = null;
    for (int i = 0; i < asked.size(); i++) {
      ChangeReply reply = replies.get(i).reply();
      if (reply == null || reply.status() == ScriptStatus.LATE) {
        RemoteUnavailableException known = replies.get(i).unavailable();
        failure = (known == null) ? parts.late() : known;
      } else if (reply.status() == ScriptStatus.DONE || reply.status() == ScriptStatus.FOREIGN) {
        parts.unsaid().done(asked.get(i));
      } else {
        again.add(asked.get(i));
      }
    }
    if (failure != null) {
      throw failure;
    }
    return again;
  }
}
