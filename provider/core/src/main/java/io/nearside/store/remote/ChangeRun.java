package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.FetchedEntry;
import io.nearside.store.HotEntry;
import io.nearside.store.Notes;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;
import org.jspecify.annotations.Nullable;

/**
 * One change of one key on its way through Redis. For one thread.
 *
 * @param nonce of the entry that it stores
 * @param told whether the observer is to hear of it; its order is held then
 */
record ChangeRun<K, V>(
    StoreParts<K, V> parts,
    Expirations<K, V> expirations,
    K key,
    RemoteKey remote,
    Change<V> change,
    byte @Nullable [] client,
    long nonce,
    boolean told) {
  private static final long MICROS = 1_000;

  /** Encodes the value. */
  static <K, V> ChangeRun<K, V> of(
      StoreParts<K, V> parts,
      Expirations<K, V> expirations,
      Place<K> place,
      Change<V> change,
      KeyOrder.Held held) {
    V value = change.value();
    long nonce = parts.random().nextLong();
    byte[] client =
        (value != null && change.lifetime() != null)
            ? parts.entries().client(place.remote, value, change.lifetime().notes(), nonce)
            : null;
    return new ChangeRun<>(
        parts, expirations, place.key, place.remote, change, client, nonce, held.ordered());
  }

  /** A key and where it lies. */
  record Place<K>(K key, RemoteKey remote) {}

  /**
   * What the script is asked.
   *
   * @param condition may be another than the change's own
   * @param unreadable an entry that counts as absent
   */
  ChangeRequest request(Condition condition, @Nullable Identity unreadable, Returning returning) {
    Identity identity = (condition == Condition.SAME) ? expected() : unreadable;
    return (client == null || change.lifetime() == null)
        ? ChangeRequest.remove(condition, identity, returning)
        : ChangeRequest.store(condition, identity, client, change.lifetime().terms(), returning);
  }

  /** One that removes instead. */
  ChangeRun<K, V> removing() {
    Change<V> removal = Change.<V>remove().returning(change.returning());
    return new ChangeRun<>(parts, expirations, key, remote, removal, null, nonce, told);
  }

  /** How many bytes the value has. */
  long bytes() {
    return (client == null) ? 0 : client.length;
  }

  /** As the caller, or the observer, wants to know it. */
  Returning returning() {
    return told ? Returning.ENTRY : change.returning();
  }

  /** Null if the change is to be refused without asking: the expected entry is not of Redis. */
  @Nullable Identity expected() {
    return (change.expected() instanceof VersionedEntry<V> versioned) ? versioned.identity() : null;
  }

  /** What became of it; tells the observer. */
  Applied<V> applied(ChangeReply reply) {
    return switch (reply.status()) {
      case DONE -> done(reply);
      case NOT_MET -> notMet(reply);
      case QUEUED, VOID -> new Applied<>(false, null, null);
      case FOREIGN -> throw parts.entries().foreign(remote);
      case LATE -> throw parts.late();
      case QUEUE_FULL -> throw new QueueFullException(parts.settings().cacheName());
      case FOUND, HELD, NOT_FOUND ->
          throw new IllegalStateException("no answer to a change: " + reply);
    };
  }

  private Applied<V> done(ChangeReply reply) {
    ServerClock server = parts.connection().serverClock(remote.head());
    VersionedEntry<V> prior = prior(reply, server);
    boolean existed = reply.existed() && (reply.prior() == null || prior != null);
    VersionedEntry<V> current = current(reply, existed, server);
    if (told) {
      Mark mark = Mark.of(remote, reply, client == null);
      parts.order().inTurn(mark, reply.version(), () -> tell(reply, prior, current));
    }
    return new Applied<>(true, existed, prior, current);
  }

  private void tell(
      ChangeReply reply, @Nullable VersionedEntry<V> prior, @Nullable VersionedEntry<V> current) {
    if (reply.expired() && reply.prior() != null) {
      expirations.tell(key, remote, reply.prior());
    }
    if (prior != null || current != null) {
      parts.observer().changed(key, prior, current);
    }
    if (current != null && reply.stored()) {
      expirations.note(key, remote, current);
    } else if (current != null) {
      parts.observer().expired(key, current);
    }
  }

  private Applied<V> notMet(ChangeReply reply) {
    if (told && reply.expired()) {
      expirations.noteNow(key, remote);
    }
    VersionedEntry<V> prior = prior(reply, parts.connection().serverClock(remote.head()));
    boolean existed = reply.existed() && (reply.prior() == null || prior != null);
    return new Applied<>(false, existed, prior, null);
  }

  /** Its call has failed: if it was made all the same, its event tells it. */
  void failed(RemoteUnavailableException e) {
    if (told && e.isOutcomeUnknown()) {
      parts.order().unanswered(remote, client == null ? 0 : nonce);
    }
  }

  /** The entry that was live, if the script has told it. */
  private @Nullable VersionedEntry<V> prior(ChangeReply reply, ServerClock server) {
    if (!reply.existed() || reply.prior() == null) {
      return null;
    }
    var view = parts.entries().view(remote, reply.prior());
    return (view == null) ? null : parts.entries().entry(remote, view, server);
  }

  /**
   * What was stored; what should have followed a live entry but had no time to live has expired.
   */
  private @Nullable VersionedEntry<V> current(
      ChangeReply reply, boolean existed, ServerClock server) {
    V value = change.value();
    if (value == null || client == null || !(reply.stored() || existed)) {
      return null;
    }
    long writtenAt = server.nanosAt(reply.version());
    long expiresAt =
        reply.stored() ? Entries.expiresAt(reply.expiresAt(), server) : Math.max(0, writtenAt);
    boolean ownLife = change.lifetime() != null && change.lifetime().terms().ownLife();
    long createdAt =
        reply.createdAt() == 0 ? writtenAt : server.nanosAt(reply.createdAt() * MICROS);
    VersionedEntry<V> current =
        new VersionedEntry<>(
            value, new Identity(reply.version(), nonce), expiresAt, ownLife, createdAt, writtenAt);
    Notes notes = (change.lifetime() == null) ? Notes.NONE : change.lifetime().notes();
    return reply.hot()
        ? new HotEntry<>(current, notes)
        : new FetchedEntry<>(current, reply.generation(), notes);
  }

  /** Whether what was there is an entry that readers could not read. */
  boolean mayHaveMetUnreadable(Applied<V> applied) {
    return !applied.done()
        && applied.prior() == null
        && change.condition() == Condition.ABSENT
        && parts.counters().anyUnreadable();
  }
}
