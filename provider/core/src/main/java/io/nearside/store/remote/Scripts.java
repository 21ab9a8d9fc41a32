package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Clock;
import io.nearside.store.SystemRandom;
import io.nearside.store.VersionedEntry.Identity;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

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

  private static final int FILL_LENGTH = 2 + 8 + 7 + 7;
  private static final int RESERVE_LENGTH = 2 + 8 + 4;
  private static final int PROLONG_LENGTH = 8 + 4;
  private static final int BLANK_LENGTH = 2 + 8 + 7 + 7 + 4 + 6;

  private final ScriptCalls calls;
  private final MarkScripts marks;
  private final int node;

  Scripts(RemoteConnection connection, Clock clock, Channels channels) {
    this(connection, clock, channels, 0);
  }

  /**
   * @param keptMillis how long an entry may stand in for loads that fail when its time is over
   */
  Scripts(RemoteConnection connection, Clock clock, Channels channels, long keptMillis) {
    this.calls = new ScriptCalls(connection, clock, channels, GRACE_MILLIS + keptMillis);
    this.marks = new MarkScripts(calls);
    this.node = (int) (channels.origin() >>> 32);
  }

  /** Those for a queue of writes. */
  QueueScripts queue(Layout layout, QueueSettings limits) {
    return new QueueScripts(calls, layout, limits);
  }

  /** Those for marks. */
  MarkScripts marks() {
    return marks;
  }

  /** A change and its key. */
  record KeyedChange(EntryKeys keys, ChangeRequest request) {}

  /**
   * A loaded value.
   *
   * @param request its condition is {@code ABSENT}: refused over a live entry; {@code NONE}: stored
   *     over one that is older than the reservation; {@code PRESENT}: likewise, and only so
   */
  record KeyedFill(EntryKeys keys, Leased leased, ChangeRequest request) {
    KeyedFill {
      if (request.condition() == Condition.SAME) {
        throw new IllegalArgumentException("a fill can't name the entry that it replaces");
      }
    }
  }

  ChangeReply change(EntryKeys keys, ChangeRequest request) {
    ByteBuffer reply =
        calls.call(Script.CHANGE, names(keys, request), Wire.frame(request), Wire.client(request));
    return single(reply, CHANGES);
  }

  /** As {@link #change}, but does not wait. */
  CompletableFuture<ChangeReply> changeAsync(EntryKeys keys, ChangeRequest request) {
    return calls
        .callAgainAsync(
            Script.CHANGE, names(keys, request), List.of(Wire.frame(request), Wire.client(request)))
        .thenApply(reply -> single(reply, CHANGES));
  }

  private static List<String> names(EntryKeys keys, ChangeRequest request) {
    return request.condition() == Condition.SAME
        ? List.of(keys.head(), keys.entry(), keys.lease(), keys.turns())
        : List.of(keys.head(), keys.entry(), keys.lease());
  }

  /** As {@link #change} for each, but that turns do not count; in the order given. */
  List<Attempt<ChangeReply>> changeAll(List<KeyedChange> changes) {
    return batches(changes, change -> change.keys().head(), change -> weight(change.request()))
        .run(batch -> sendChanges(batch, 0), CHANGES);
  }

  /**
   * As {@link #changeAll}, without waiting.
   *
   * @param nanos what a call may take beyond its time
   */
  CompletableFuture<List<Attempt<ChangeReply>>> changeAllAsync(
      List<KeyedChange> changes, Sending sending, long nanos) {
    return batches(changes, change -> change.keys().head(), change -> weight(change.request()))
        .runAsync(batch -> sending.by(() -> sendChanges(batch, nanos)), CHANGES);
  }

  private CompletableFuture<ByteBuffer> sendChanges(List<KeyedChange> batch, long nanos) {
    Map<String, Integer> heads = Batches.heads(batch, change -> change.keys().head());
    List<String> keys = new ArrayList<>();
    List<byte[]> arguments = new ArrayList<>(1 + 2 * batch.size());
    addChanges(batch, heads, keys, arguments);
    return calls.callAsync(Script.CHANGE_ALL, keys, arguments, nanos);
  }

  /** What the script for many changes is to be asked. */
  static void addChanges(
      List<KeyedChange> batch,
      Map<String, Integer> heads,
      List<String> keys,
      List<byte[]> arguments) {
    keys.addAll(heads.keySet());
    ByteBuffer places = ByteBuffer.allocate(2 + 2 * batch.size()).putShort((short) heads.size());
    arguments.add(places.array());
    byte[] before = Wire.NOTHING;
    for (KeyedChange change : batch) {
      places.putShort(place(heads, change.keys().head()));
      keys.add(change.keys().entry());
      keys.add(change.keys().lease());
      before = addRequest(arguments, change.request(), before);
    }
  }

  /** A frame like the one before is sent as nothing; returns the frame. */
  static byte[] addRequest(List<byte[]> arguments, ChangeRequest request, byte[] before) {
    byte[] frame = Wire.frame(request);
    arguments.add(Arrays.equals(frame, before) ? Wire.NOTHING : frame);
    arguments.add(Wire.client(request));
    return frame;
  }

  /**
   * A load that wants a lease.
   *
   * @param number of the load, by which this node holds the lease; not 0
   */
  record Claim(EntryKeys keys, int number) {}

  /** Who gets a lease. */
  enum Claiming {
    /** Who finds no live entry, and no other node that loads. */
    FIRST,
    /** Everyone, since it is to be loaded anew: others wait for the last. */
    EVERYONE
  }

  /** Reserves a key for a load of at most so many milliseconds. */
  ReserveReply reserve(Claim claim, long leaseMillis) {
    return reply(reserveAll(List.of(claim), leaseMillis, Claiming.FIRST).get(0));
  }

  /** As {@link #reserve}, without waiting. */
  CompletableFuture<ReserveReply> reserveAsync(Claim claim, long leaseMillis) {
    return batches(List.of(claim), one -> one.keys().head(), one -> 0)
        .runAsync(batch -> sendReservations(batch, leaseMillis, Claiming.FIRST), RESERVATIONS)
        .thenApply(replies -> reply(replies.get(0)));
  }

  /** As {@link #reserve} for each; in the order given. */
  List<Attempt<ReserveReply>> reserveAll(List<Claim> claims, long leaseMillis, Claiming claiming) {
    return batches(claims, claim -> claim.keys().head(), claim -> 0)
        .run(batch -> sendReservations(batch, leaseMillis, claiming), RESERVATIONS);
  }

  private CompletableFuture<ByteBuffer> sendReservations(
      List<Claim> batch, long leaseMillis, Claiming claiming) {
    Map<String, Integer> heads = Batches.heads(batch, claim -> claim.keys().head());
    List<String> keys = new ArrayList<>(heads.keySet());
    ByteBuffer places = ByteBuffer.allocate(6 + 1 + 2 + RESERVE_LENGTH * batch.size());
    Wire.sixBytes(places, leaseMillis);
    places.put((byte) (claiming == Claiming.EVERYONE ? 1 : 0)).putShort((short) heads.size());
    for (Claim claim : batch) {
      places.putShort(place(heads, claim.keys().head())).putLong(token()).putInt(claim.number());
      keys.add(claim.keys().entry());
      keys.add(claim.keys().lease());
    }
    return calls.callAsync(Script.RESERVE, keys, List.of(places.array()));
  }

  /**
   * Reserves a key for a load that is to replace an entry; {@code NOT_MET} if that is not there any
   * more.
   */
  ReserveReply reserveAnew(Claim claim, Identity replaced, long leaseMillis) {
    EntryKeys keys = claim.keys();
    ByteBuffer reply =
        calls.call(
            Script.RESERVE_ANEW,
            List.of(keys.head(), keys.entry(), keys.lease()),
            Wire.leaseAnew(leaseMillis, token(), claim.number(), replaced));
    return single(reply, RESERVATIONS);
  }

  /** A lease that a load has. */
  record Lease(Claim claim, long token) {
    String head() {
      return claim.keys.head();
    }
  }

  /**
   * Prolongs leases; in the order given.
   *
   * @return {@code QUEUED} if another load holds it, which prolongs it; {@code NOT_MET} if it is
   *     lost
   */
  List<Attempt<ScriptStatus>> prolongAll(List<Lease> leases, long leaseMillis) {
    return batches(leases, Lease::head, lease -> 0)
        .run(batch -> sendProlongations(batch, leaseMillis), STATUSES);
  }

  private CompletableFuture<ByteBuffer> sendProlongations(List<Lease> batch, long leaseMillis) {
    ByteBuffer tokens = ByteBuffer.allocate(6 + PROLONG_LENGTH * batch.size());
    Wire.sixBytes(tokens, leaseMillis);
    List<String> keys = new ArrayList<>(batch.size());
    for (Lease lease : batch) {
      tokens.putLong(lease.token()).putInt(lease.claim().number());
      keys.add(lease.claim().keys().lease());
    }
    return calls.callAsync(Script.PROLONG, keys, List.of(tokens.array()));
  }

  /** Lets others load, without waiting for an answer or hearing of a failure. */
  void releaseSoon(Lease lease, long leaseMillis) {
    calls
        .callAsync(
            Script.RELEASE_LEASE,
            List.of(lease.claim().keys().lease()),
            List.of(Wire.holder(leaseMillis, lease.token(), lease.claim().number())))
        .whenComplete((reply, failure) -> {});
  }

  /** Reads an entry; if there is none that is live, reserves. */
  ReserveReply readOrReserve(Claim claim, long leaseMillis) {
    return readOrReserve(claim, leaseMillis, Returning.ENTRY);
  }

  /**
   * @param expired whether the reply is to tell what has expired
   */
  ReserveReply readOrReserve(Claim claim, long leaseMillis, Returning expired) {
    return readOrReserved(
        calls.call(Script.READ_OR_RESERVE, names(claim), lease(claim, leaseMillis, expired)));
  }

  /** As {@link #readOrReserve}, but does not wait. */
  CompletableFuture<ReserveReply> readOrReserveAsync(
      Claim claim, long leaseMillis, Returning expired) {
    return calls
        .callAgainAsync(
            Script.READ_OR_RESERVE, names(claim), List.of(lease(claim, leaseMillis, expired)))
        .thenApply(Scripts::readOrReserved);
  }

  private static List<String> names(Claim claim) {
    EntryKeys keys = claim.keys();
    return List.of(keys.head(), keys.entry(), keys.lease());
  }

  private byte[] lease(Claim claim, long leaseMillis, Returning expired) {
    return Wire.lease(
        leaseMillis, token(), calls.fenced(), expired == Returning.ENTRY, claim.number());
  }

  private static ReserveReply readOrReserved(ByteBuffer reply) {
    ReserveReply reserved = single(reply, RESERVATIONS);
    return new ReserveReply(
        reserved.status(),
        reserved.leased(),
        reserved.generation(),
        reserved.holder(),
        reserved.kept(),
        Replies.rest(reply));
  }

  /**
   * A load that has found nothing.
   *
   * @param lifeMillis for how long that is remembered
   */
  record KeyedBlank(Claim claim, Leased leased, long lifeMillis) {
    String head() {
      return claim.keys.head();
    }
  }

  /** Remembers of each that the source has nothing; in the order given. */
  List<Attempt<BlankReply>> blankAll(List<KeyedBlank> blanks, BlankSettings limits) {
    return batches(blanks, KeyedBlank::head, blank -> 0)
        .run(batch -> sendBlanks(batch, limits), BLANKS);
  }

  private CompletableFuture<ByteBuffer> sendBlanks(List<KeyedBlank> batch, BlankSettings limits) {
    Map<String, Integer> heads = Batches.heads(batch, KeyedBlank::head);
    List<String> keys = new ArrayList<>(heads.keySet());
    ByteBuffer frames = ByteBuffer.allocate(6 + 4 + 2 + BLANK_LENGTH * batch.size());
    Wire.sixBytes(frames, limits.windowMillis());
    frames.putInt(limits.most()).putShort((short) heads.size());
    for (KeyedBlank blank : batch) {
      frames.putShort(place(heads, blank.head())).putLong(blank.leased().token());
      Wire.sevenBytes(frames, blank.leased().generation());
      Wire.sevenBytes(frames, blank.leased().asOf());
      frames.putInt(blank.claim().number());
      Wire.sixBytes(frames, blank.lifeMillis());
      keys.add(blank.claim().keys().entry());
      keys.add(blank.claim().keys().lease());
      keys.add(blank.claim().keys().blanks());
    }
    return calls.callAsync(Script.BLANK, keys, List.of(frames.array()));
  }

  /** Stores a loaded value if its reservation stands; {@code VOID} if it does not. */
  ChangeReply fill(KeyedFill fill) {
    EntryKeys keys = fill.keys();
    ByteBuffer places = ByteBuffer.allocate(2 + FILL_LENGTH).putShort((short) 1);
    putFill(places, 1, fill.leased());
    ByteBuffer reply =
        calls.call(
            Script.FILL,
            List.of(keys.head(), keys.entry(), keys.lease()),
            places.array(),
            Wire.frame(fill.request()),
            Wire.client(fill.request()));
    return single(reply, CHANGES);
  }

  /** As {@link #fill} for each; in the order given. */
  List<Attempt<ChangeReply>> fillAll(List<KeyedFill> fills) {
    return batches(fills, fill -> fill.keys().head(), fill -> weight(fill.request()))
        .run(this::sendFills, CHANGES);
  }

  private CompletableFuture<ByteBuffer> sendFills(List<KeyedFill> batch) {
    Map<String, Integer> heads = Batches.heads(batch, fill -> fill.keys().head());
    List<String> keys = new ArrayList<>(heads.keySet());
    ByteBuffer places = ByteBuffer.allocate(2 + FILL_LENGTH * batch.size());
    places.putShort((short) heads.size());
    List<byte[]> arguments = new ArrayList<>(1 + 2 * batch.size());
    arguments.add(places.array());
    byte[] before = Wire.NOTHING;
    for (KeyedFill fill : batch) {
      putFill(places, place(heads, fill.keys().head()), fill.leased());
      keys.add(fill.keys().entry());
      keys.add(fill.keys().lease());
      before = addRequest(arguments, fill.request(), before);
    }
    return calls.callAsync(Script.FILL, keys, arguments);
  }

  private static void putFill(ByteBuffer places, int place, Leased leased) {
    places.putShort((short) place).putLong(leased.token());
    Wire.sevenBytes(places, leased.generation());
    Wire.sevenBytes(places, leased.asOf());
  }

  /** Gives an entry a new life if it is still the one, and the reservation stands. */
  ChangeReply revive(Revival revival) {
    return single(
        calls.call(
            Script.REVIVE,
            List.of(revival.keys().head(), revival.keys().entry(), revival.keys().lease()),
            Wire.revival(revival),
            revival.client()),
        CHANGES);
  }

  /** Where a renewal may move the expiry. */
  enum Moving {
    EITHER_WAY,
    /** Another node may have moved it further meanwhile. */
    LATER_ONLY
  }

  /**
   * Moves the expiry of an entry that is live and has no life of its own.
   *
   * @param expiresAt ms since 1970 by Redis; 0: never
   * @return {@code NOT_MET} if it is another one, gone, has expired or has a life of its own
   */
  ScriptStatus renew(EntryKeys keys, Identity identity, long expiresAt) {
    return Replies.status(
        calls.call(
            Script.RENEW,
            List.of(keys.head(), keys.entry()),
            Wire.renewal(identity, expiresAt, Moving.EITHER_WAY)));
  }

  /** As {@link #renew}, but does not wait. */
  CompletableFuture<ScriptStatus> renewAsync(
      EntryKeys keys, Identity identity, long expiresAt, Moving moving) {
    return calls
        .callAsync(
            Script.RENEW,
            List.of(keys.head(), keys.entry()),
            List.of(Wire.renewal(identity, expiresAt, moving)))
        .thenApply(Replies::status);
  }

  /**
   * An entry that somebody has a copy of.
   *
   * @param head of its partition
   * @param name of its own
   */
  record KnownEntry(String head, String name, Identity identity) {}

  /** Tells of each whether it is live and the same; in the order given. */
  List<Attempt<ConfirmReply>> confirmAll(List<KnownEntry> entries) {
    return batches(entries, KnownEntry::head, entry -> 0)
        .run(this::sendConfirmations, CONFIRMATIONS);
  }

  private CompletableFuture<ByteBuffer> sendConfirmations(List<KnownEntry> batch) {
    Map<String, Integer> heads = Batches.heads(batch, KnownEntry::head);
    List<String> keys = new ArrayList<>(heads.keySet());
    ByteBuffer places = ByteBuffer.allocate(2 + (2 + Wire.IDENTITY_LENGTH) * batch.size());
    places.putShort((short) heads.size());
    for (KnownEntry entry : batch) {
      places.putShort(place(heads, entry.head()));
      Wire.identity(places, entry.identity());
      keys.add(entry.name());
    }
    return calls.callAsync(Script.CONFIRM, keys, List.of(places.array()));
  }

  /** Takes the mark off the entry of that identity: it may be copied, its changes are announced. */
  ScriptStatus cool(EntryKeys keys, Identity identity) {
    return Replies.status(
        calls.call(Script.COOL, List.of(keys.head(), keys.entry()), Wire.identity(identity)));
  }

  /**
   * Makes the heads of partitions that have none, in which nothing counts: so that all who hold
   * copies of what was there hear of it.
   */
  void makeHeads(List<String> heads) {
    for (Attempt<ScriptStatus> attempt :
        batches(heads, head -> head, head -> 0).run(this::sendHeads, NO_STATUSES)) {
      reply(attempt);
    }
  }

  private CompletableFuture<ByteBuffer> sendHeads(List<String> batch) {
    byte[] count = ByteBuffer.allocate(2).putShort((short) batch.size()).array();
    return calls.callAsync(Script.CONFIRM, batch, List.of(count));
  }

  /** Tells of the entry of that identity if it has expired and nobody has told of it. */
  ExpireReply expire(EntryKeys keys, Identity identity, Returning returning) {
    ByteBuffer reply =
        calls.call(
            Script.EXPIRE, List.of(keys.head(), keys.entry()), Wire.expiry(identity, returning));
    ScriptStatus status = Replies.status(reply);
    return new ExpireReply(status, Replies.rest(reply.position(ScriptStatus.HEADER)));
  }

  /** Gives partitions a new generation: their entries and reservations don't count any more. */
  List<Attempt<ScriptStatus>> clear(List<String> heads) {
    return partitions(Script.CLEAR, heads);
  }

  /** Ends the entries of partitions that have one of the tags. */
  List<Attempt<ScriptStatus>> invalidate(List<String> heads, Collection<String> tags) {
    byte[] told = Wire.tags(tags);
    return batches(heads, head -> head, head -> 0)
        .run(batch -> calls.callAsync(Script.TAG, batch, List.of(told)), STATUSES);
  }

  /**
   * Takes away the reservations of partitions, and their blanks.
   *
   * @param blanks whether there may be any
   */
  List<Attempt<ScriptStatus>> fence(List<String> heads, boolean blanks) {
    return batches(heads, head -> head, head -> 0).run(batch -> sendFence(batch, blanks), STATUSES);
  }

  private CompletableFuture<ByteBuffer> sendFence(List<String> heads, boolean blanks) {
    List<String> keys = new ArrayList<>(heads);
    if (blanks) {
      heads.forEach(head -> keys.add(EntryKeys.blanks(head)));
    }
    byte[] count = ByteBuffer.allocate(2).putShort((short) heads.size()).array();
    return calls.callAsync(Script.FENCE, keys, List.of(count));
  }

  private List<Attempt<ScriptStatus>> partitions(Script script, List<String> heads) {
    return batches(heads, head -> head, head -> 0)
        .run(batch -> calls.callAsync(script, batch, List.of()), STATUSES);
  }

  /**
   * Deletes those of a partition's entries that a {@code clear} or a lost head has made worthless;
   * nothing that Nearside did not write or can't read.
   *
   * @param entries at most 500
   * @return how many it has deleted
   * @throws io.nearside.RemoteUnavailableException if it came too late, too
   */
  long sweep(String head, List<String> entries) {
    List<String> keys = new ArrayList<>(entries.size() + 1);
    keys.add(head);
    keys.addAll(entries);
    ByteBuffer reply = calls.call(Script.SWEEP, keys);
    ScriptStatus status = Replies.status(reply);
    if (status == ScriptStatus.LATE) { // who counts must not take it for nothing
      throw new RemoteUnavailableException(
          "redis was asked too late to sweep, and did nothing", false, null);
    }
    return status == ScriptStatus.DONE ? reply.getInt(ScriptStatus.HEADER) : 0;
  }

  /**
   * Enters the queue for a key, or asks how far one has come.
   *
   * @param token random, not 0
   * @param leaseMillis after so long without another call one's place is lost
   */
  TurnReply turn(EntryKeys keys, long token, long leaseMillis) {
    ByteBuffer reply =
        calls.call(Script.TURN, List.of(keys.turns()), Wire.turn(token, leaseMillis));
    ScriptStatus status = Replies.status(reply);
    return new TurnReply(
        status, status == ScriptStatus.DONE ? reply.getInt(ScriptStatus.HEADER) : 0);
  }

  /** Leaves the queue. */
  ScriptStatus leaveTurn(EntryKeys keys, long token) {
    return Replies.status(calls.call(Script.LEAVE_TURN, List.of(keys.turns()), Wire.token(token)));
  }

  /** Likewise, without waiting for an answer or hearing of a failure. */
  void leaveTurnSoon(EntryKeys keys, long token) {
    calls
        .callAsync(Script.LEAVE_TURN, List.of(keys.turns()), List.of(Wire.token(token)))
        .whenComplete((reply, failure) -> {});
  }

  /** By which scripts know this node. */
  int node() {
    return node;
  }

  /**
   * What a node says of its loads, by their tokens, where those of all nodes are bounded.
   *
   * @param keys the room, and the line of those who wait for it
   * @param asks whether the node waits for what it is not given now, else where it waits stays as
   *     it is
   * @param ended those that are over
   * @param running those that go on
   * @param wanted those that are to begin, if there is room
   */
  record RoomCall(
      List<String> keys,
      int most,
      long lifeMillis,
      boolean asks,
      List<Long> ended,
      List<Long> running,
      List<Long> wanted) {}

  /** How many of what is wanted may begin; the first ones. Null if the call came too late. */
  @Nullable Integer loadRoom(RoomCall call) {
    ByteBuffer reply = calls.call(Script.LOAD_ROOM, call.keys(), Wire.room(call));
    return Replies.status(reply) == ScriptStatus.DONE
        ? Integer.valueOf(reply.getShort(ScriptStatus.HEADER))
        : null;
  }

  /**
   * The same without waiting for an answer.
   *
   * @param done what is to be done once it has been; not after a failure
   */
  void loadRoomSoon(RoomCall call, Runnable done) {
    calls
        .callAsync(Script.LOAD_ROOM, call.keys(), List.of(Wire.room(call)))
        .whenComplete((reply, failure) -> {
          if (failure == null && Replies.status(reply) == ScriptStatus.DONE) {
            done.run();
          }
        });
  }

  private <T> Batches<T> batches(
      List<T> items, Function<T, String> partition, ToIntFunction<T> bytes) {
    return new Batches<>(items, calls.clustered() ? partition : item -> "", bytes);
  }

  private static int weight(ChangeRequest request) {
    return Wire.client(request).length;
  }

  /** Not 0, which is none. */
  private static long token() {
    return SystemRandom.INSTANCE.nextLong() | 1;
  }

  private static <R> R single(ByteBuffer reply, Batches.Reader<R> reader) {
    ScriptStatus status = Replies.status(reply);
    reply.position(ScriptStatus.HEADER);
    return status == ScriptStatus.DONE ? reader.next(reply) : reader.none(status);
  }

  private static <R> R reply(Attempt<R> attempt) {
    if (attempt.failure() != null) {
      throw attempt.failure();
    }
    return java.util.Objects.requireNonNull(attempt.reply());
  }

  static final Batches.Reader<ChangeReply> CHANGES =
      new Batches.Reader<>() {
        @Override
        public ChangeReply next(ByteBuffer reply) {
          return Replies.change(reply);
        }

        @Override
        public ChangeReply none(ScriptStatus status) {
          return Replies.unchanged(status);
        }
      };

  private static final Batches.Reader<ReserveReply> RESERVATIONS =
      new Batches.Reader<>() {
        @Override
        public ReserveReply next(ByteBuffer reply) {
          return Replies.reservation(reply);
        }

        @Override
        public ReserveReply none(ScriptStatus status) {
          return Replies.unreserved(status);
        }
      };

  private static final Batches.Reader<BlankReply> BLANKS =
      new Batches.Reader<>() {
        @Override
        public BlankReply next(ByteBuffer reply) {
          return new BlankReply(Replies.status(reply), Replies.sixBytes(reply));
        }

        @Override
        public BlankReply none(ScriptStatus status) {
          return new BlankReply(status, 0);
        }
      };

  private static final Batches.Reader<ConfirmReply> CONFIRMATIONS =
      new Batches.Reader<>() {
        @Override
        public ConfirmReply next(ByteBuffer reply) {
          return new ConfirmReply(Replies.status(reply), Replies.sixBytes(reply));
        }

        @Override
        public ConfirmReply none(ScriptStatus status) {
          return new ConfirmReply(status, 0);
        }
      };

  static final Batches.Reader<ScriptStatus> STATUSES =
      new Batches.Reader<>() {
        @Override
        public ScriptStatus next(ByteBuffer reply) {
          return Replies.status(reply);
        }

        @Override
        public ScriptStatus none(ScriptStatus status) {
          return status;
        }
      };

  /** Where all of a call have the same. */
  private static final Batches.Reader<ScriptStatus> NO_STATUSES =
      new Batches.Reader<>() {
        @Override
        public ScriptStatus next(ByteBuffer reply) {
          return ScriptStatus.DONE;
        }

        @Override
        public ScriptStatus none(ScriptStatus status) {
          return status;
        }
      };

  static short place(Map<String, Integer> heads, String head) {
    return Objects.requireNonNull(heads.get(head), "a head of another batch").shortValue();
  }
}
