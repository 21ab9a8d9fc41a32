package io.nearside.simulator;

import io.nearside.simulator.Held.Lease;
import io.nearside.simulator.Held.Marks;
import io.nearside.simulator.Held.Writer;
import io.nearside.simulator.SimServer.Changed;
import io.nearside.simulator.SimServer.Stored;
import io.nearside.store.Change.Condition;
import io.nearside.store.VersionedEntry.Identity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server's leases, blanks and marks: what its scripts do with them. */
final class Locks {
  /** A blank stays so long after it has ended, so that no copy of it outlives it. */
  private static final long GRACE_MICROS = 1_000_000;

  private final World world;
  private final SimServer server;

  Locks(World world, SimServer server) {
    this.world = world;
    this.server = server;
  }

  /**
   * What a load has got.
   *
   * @param token null if it may not fill
   * @param load its own number if it holds the lease; else 0
   * @param blankMicros how long it need not load; 0 if it need
   */
  record Reserved(@Nullable Long token, long load, long blankMicros) {
    static final Reserved NOTHING = new Reserved(null, 0, 0);
  }

  /** The name of a key's lease; else marks have the same. */
  private int ofLoads(int key) {
    return world.mutant == Mutant.LOADS_BESIDE_MARKS ? key + World.KEYS : key;
  }

  /** Somebody has changed the key. */
  void end(int key) {
    server.data.locks.remove(key);
    if (world.mutant == Mutant.LOADS_BESIDE_MARKS) {
      server.data.locks.remove(ofLoads(key));
    }
  }

  /** Marks outlive a clear. */
  void clear(int key) {
    if (held(ofLoads(key)) instanceof Lease) {
      server.data.locks.remove(ofLoads(key));
    }
  }

  /** Null if there is nothing, or nothing any more. */
  @Nullable Held held(int key) {
    Held held = server.data.locks.get(key);
    if (held != null && held.endsMicros() < server.micros()) {
      server.data.locks.remove(key);
      return null;
    }
    return held;
  }

  private @Nullable Marks marks(int key) {
    return held(key) instanceof Marks marks ? marks : null;
  }

  boolean isMarked(int key, long token) {
    Marks marks = marks(key);
    return marks != null && marks.has(token);
  }

  void expire() {
    server.data.locks.values().removeIf(held -> held.endsMicros() < server.micros());
  }

  /**
   * The right to fill a key, which all have in common who load it now; one of them holds it.
   *
   * @param replacing whether it is loaded though there is an entry
   */
  Reserved reserve(int key, boolean replacing) {
    Held held = held(ofLoads(key));
    if (held instanceof Marks) {
      world.count("load refused by a mark");
      return Reserved.NOTHING;
    }
    Lease standing = held instanceof Lease lease ? lease : null;
    if (standing != null && standing.blank()) {
      long left = standing.endsMicros() - GRACE_MICROS - server.micros();
      if (left > 0 && !replacing) {
        return new Reserved(null, 0, left);
      }
      server.publish(new SimConnection.Told(key, null));
      standing = standing.heldBy(0);
      world.count("blank taken over");
    }
    server.makeHead(World.partition(key));
    long load = world.nextToken();
    if (standing == null) {
      standing = new Lease(world.nextToken(), load, false, Lease.NEVER);
    } else if (standing.holder() == 0) {
      standing = standing.heldBy(load);
    }
    server.data.locks.put(ofLoads(key), standing);
    return new Reserved(standing.token(), standing.holder() == load ? load : 0, 0);
  }

  void release(int key, long load) {
    if (held(ofLoads(key)) instanceof Lease lease && load != 0 && lease.holder() == load) {
      server.data.locks.put(ofLoads(key), lease.heldBy(0));
    }
  }

  /** The lease that a load may fill under; null if it may not. */
  @Nullable Lease standing(int key, @Nullable Long token) {
    return token != null && held(ofLoads(key)) instanceof Lease lease && lease.token() == token
        ? lease
        : null;
  }

  /** A load has filled the key. */
  void filled(int key, Lease lease) {
    server.data.locks.put(ofLoads(key), lease.heldBy(0));
  }

  /** Remembers that a load has found nothing; how long that counts, 0 if it is not remembered. */
  long blank(int key, Reserved reserved, long lifeMicros) {
    Lease lease = standing(key, reserved.token);
    if (lease == null && held(key) == null && world.mutant == Mutant.BLANK_OF_A_VOID_LEASE) {
      lease = new Lease(world.nextToken(), reserved.load, false, Lease.NEVER);
    }
    if (lease == null || server.live(key) != null) {
      return 0;
    }
    if (lease.blank()) {
      return Math.max(0, lease.endsMicros() - GRACE_MICROS - server.micros());
    }
    if (lease.holder() != reserved.load) {
      return 0;
    }
    long ends = server.micros() + lifeMicros + GRACE_MICROS;
    server.data.locks.put(ofLoads(key), new Lease(lease.token(), 0, true, ends));
    world.trace(() -> server + " has a blank of " + key);
    return lifeMicros;
  }

  /** What became of a wish to mark. */
  enum Marking {
    DONE,
    NOT_MET,
    OTHERS
  }

  /** Marks a key whose source is about to be told. */
  Marking mark(int key, Writer writer, boolean joins, Condition condition) {
    Held held = held(key);
    Marks marks = held instanceof Marks known ? known : null;
    Stored prior = restored(key, marks);
    if (condition == Condition.PRESENT && prior == null
        || condition == Condition.ABSENT && prior != null) {
      return Marking.NOT_MET;
    }
    if (marks != null && !joins) {
      return Marking.OTHERS;
    }
    Marks next =
        new Marks(
            marks != null,
            prior == null ? null : prior.identity(),
            prior == null ? 0 : prior.expiresMicros(),
            marks == null ? List.of(writer) : marks.with(writer));
    server.raise(World.partition(key));
    server.data.locks.put(key, next);
    world.trace(() -> server + " marks " + key + ": " + next);
    if (held instanceof Lease lease && lease.blank()) {
      server.publish(new SimConnection.Told(key, null));
    }
    if (prior != null) {
      shorten(key, prior, next);
    }
    return Marking.DONE;
  }

  /** What is there lives no longer than the marks. */
  private void shorten(int key, Stored prior, Marks marks) {
    Stored shown = server.live(key);
    if (world.mutant == Mutant.MARKED_LIVE_ON || shown == null) {
      return;
    }
    long ends = Math.min(marks.endsMicros(), prior.expiresMicros());
    server.data.entries.put(key, prior.until(ends));
    if (!prior.hot() && ends < shown.expiresMicros() && world.mutant != Mutant.SILENT_MARKS) {
      server.publish(new SimConnection.Told(key, null));
    }
  }

  /** The live entry with its life of before it was marked; but what was cooled since is not hot. */
  private @Nullable Stored restored(int key, @Nullable Marks marks) {
    Stored stored = server.live(key);
    if (stored == null || marks == null || !stored.identity().equals(marks.same())) {
      return stored;
    }
    Stored before = stored.until(marks.expiresMicros());
    return before.expiresMicros() > server.micros() ? before : null;
  }

  /** Stores what the source has been told; removes if others have told it something, too. */
  Changed storeMarked(int key, long token, long value, long lifeMicros, boolean told) {
    Marks marks = marks(key);
    Stored before = restored(key, marks);
    if (before != null) {
      server.data.entries.put(key, before);
    }
    boolean alone = marks != null && marks.has(token) && !marks.several();
    if (alone || world.mutant == Mutant.STORED_BESIDE_OTHERS) {
      world.count("marked change");
      return server.change(Condition.NONE, key, null, value, lifeMicros, told);
    }
    world.count(marks == null ? "mark lost" : "mark of several");
    Changed changed = server.change(Condition.NONE, key, null, Oracle.ABSENT, 0, told);
    List<Writer> left = marks == null ? List.of() : marks.without(token);
    if (!left.isEmpty()) {
      boolean several = marks.several() || world.mutant != Mutant.LATE_STORE_TAINTS_NOBODY;
      server.data.locks.put(key, new Marks(several, marks.same(), marks.expiresMicros(), left));
    }
    return new Changed(true, changed.prior(), null, changed.at());
  }

  /** The source was not told. */
  boolean releaseMark(int key, long token) {
    Marks marks = marks(key);
    if (marks == null || !marks.has(token)) {
      return false;
    }
    List<Writer> left = marks.without(token);
    if (!left.isEmpty()) {
      server.data.locks.put(
          key, new Marks(marks.several(), marks.same(), marks.expiresMicros(), left));
      return true;
    }
    server.data.locks.remove(key);
    Stored before = restored(key, marks);
    if (before != null && before != server.live(key) && !marks.several()) {
      server.data.entries.put(key, before);
      world.count("life given back");
    }
    return true;
  }

  /**
   * Gives an entry a new life, if it is still that one; and another version, of which nobody is
   * told.
   *
   * @param nonce the same, or the reviver's own
   */
  Changed revive(int key, Identity expected, @Nullable Long token, long lifeMicros, long nonce) {
    Stored stored = server.live(key);
    boolean same = stored != null && stored.identity().equals(expected);
    if (standing(key, token) == null
        || stored == null
        || !same && world.mutant != Mutant.REVIVED_WHATEVER_IT_IS) {
      return new Changed(false, stored, null, world.time);
    }
    Identity identity = new Identity(server.raise(World.partition(key)), nonce);
    long expires = server.micros() + lifeMicros;
    Stored revived =
        new Stored(identity, stored.value(), expires, stored.hot() && world.extra(4) > 0);
    server.data.entries.put(key, revived);
    if (!stored.hot() && expires < stored.expiresMicros()) {
      server.publish(new SimConnection.Told(key, identity));
    }
    world.trace(() -> server + " revives " + key + ": " + stored.value());
    return new Changed(true, stored, revived, world.time);
  }
}
