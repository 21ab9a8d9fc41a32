package io.nearside.store.remote;

import io.nearside.store.Change.Returning;
import io.nearside.store.Clock;
import io.nearside.store.VersionedEntry.Identity;
import java.util.List;

/**
 * What changes things in Redis: typed calls of the Lua scripts, each with a deadline by Redis's own
 * clock, so that one that was given up never takes place later. Thread-safe.
 *
 * <p>Single calls throw {@link io.nearside.RemoteUnavailableException}; those over many keys tell
 * it for each.
 */
final class Scripts {

  /** How long beyond its life an entry stays in Redis, to be told to those who listen. */
  static final long GRACE_MILLIS = 5_000;

  Scripts(RemoteConnection connection, Clock clock, Channels channels) {
    throw new UnsupportedOperationException();
  }

  /** A change and its key. */
  record KeyedChange(EntryKeys keys, ChangeRequest request) {}

  /**
   * A loaded value.
   *
   * @param request its condition is {@code ABSENT}: refused over a live entry; {@code NONE}: stored
   *     over one that is older than the reservation; {@code PRESENT}: likewise, and only so
   */
  record KeyedFill(EntryKeys keys, Leased leased, ChangeRequest request) {}

  ChangeReply change(EntryKeys keys, ChangeRequest request) {
    throw new UnsupportedOperationException();
  }

  /** As {@link #change} for each; in the order given. Atomic for each key. */
  List<Attempt<ChangeReply>> changeAll(List<KeyedChange> changes) {
    throw new UnsupportedOperationException();
  }

  /** Reserves a key for a load of at most so many milliseconds. */
  ReserveReply reserve(EntryKeys keys, long leaseMillis) {
    throw new UnsupportedOperationException();
  }

  /** As {@link #reserve} for each; in the order given. */
  List<Attempt<ReserveReply>> reserveAll(List<EntryKeys> keys, long leaseMillis) {
    throw new UnsupportedOperationException();
  }

  /** Reads an entry; if there is none that is live, reserves. */
  ReserveReply readOrReserve(EntryKeys keys, long leaseMillis) {
    throw new UnsupportedOperationException();
  }

  /** Stores a loaded value if its reservation stands; {@code VOID} if it does not. */
  ChangeReply fill(KeyedFill fill) {
    throw new UnsupportedOperationException();
  }

  /** As {@link #fill} for each; in the order given. */
  List<Attempt<ChangeReply>> fillAll(List<KeyedFill> fills) {
    throw new UnsupportedOperationException();
  }

  /**
   * Moves the expiry of an entry that is live and has no life of its own.
   *
   * @param expiresAt ms since 1970 by Redis; 0: never
   * @return {@code NOT_MET} if it is another one, gone, has expired or has a life of its own
   */
  ScriptStatus renew(EntryKeys keys, Identity identity, long expiresAt) {
    throw new UnsupportedOperationException();
  }

  /** Removes the entry of that identity if it has expired. */
  ExpireReply expire(EntryKeys keys, Identity identity, Returning returning) {
    throw new UnsupportedOperationException();
  }

  /** Gives partitions a new generation: their entries and reservations don't count any more. */
  List<Attempt<ScriptStatus>> clear(List<String> heads) {
    throw new UnsupportedOperationException();
  }

  /** Takes away the reservations of partitions. */
  List<Attempt<ScriptStatus>> fence(List<String> heads) {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes those of a partition's entries that a {@code clear} or a lost head has made worthless;
   * nothing that Nearside did not write or can't read.
   *
   * @param entries at most 500
   * @return how many it has deleted; none if it came too late
   */
  long sweep(String head, List<String> entries) {
    throw new UnsupportedOperationException();
  }

  /**
   * Enters the queue for a key, or asks how far one has come.
   *
   * @param token random, not 0
   * @param leaseMillis after so long without another call one's place is lost
   */
  TurnReply turn(EntryKeys keys, long token, long leaseMillis) {
    throw new UnsupportedOperationException();
  }

  /** Leaves the queue. */
  ScriptStatus leaveTurn(EntryKeys keys, long token) {
    throw new UnsupportedOperationException();
  }
}
