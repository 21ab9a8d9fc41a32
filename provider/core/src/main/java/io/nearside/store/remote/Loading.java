package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.codec.Envelope.View;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.Blank;
import io.nearside.store.Change;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Fill;
import io.nearside.store.Lifetime;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.Reservation;
import io.nearside.store.Unavailable;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.remote.ChangeRun.Place;
import io.nearside.store.remote.Holdings.Holding;
import io.nearside.store.remote.RemoteAsync.Reply;
import io.nearside.store.remote.Scripts.Claim;
import io.nearside.store.remote.Scripts.Claiming;
import io.nearside.store.remote.Scripts.KeyedBlank;
import io.nearside.store.remote.Scripts.KeyedFill;
import io.nearside.store.remote.Scripts.Lease;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reservations of keys that are being loaded, and what loads store. A reservation is a lease in
 * Redis, shared by all who load the key; any change voids it. Thread-safe.
 */
final class Loading<K, V> {
  private final StoreParts<K, V> parts;
  private final Expirations<K, V> expirations;
  private final Holdings holdings;
  private final Recovery<K, V> recovery;
  private final long leaseMillis;

  Loading(
      StoreParts<K, V> parts,
      Expirations<K, V> expirations,
      Holdings holdings,
      Recovery<K, V> recovery) {
    this.parts = parts;
    this.expirations = expirations;
    this.holdings = holdings;
    this.recovery = recovery;
    this.leaseMillis = parts.settings().lease().life().toMillis();
  }

  /**
   * A load's right to store.
   *
   * @param leased null if Redis is away, or the key holds what is not Nearside's
   * @param found whether there was a live entry
   * @param kept whether something has expired that may stand in if the load fails
   * @param holder who loads on another node; null if nobody
   */
  private record Ticket(
      Holdings.Part place,
      @Nullable Leased leased,
      boolean found,
      boolean kept,
      @Nullable Long holder)
      implements Reservation {

    /** Of what could not be reserved. */
    static Ticket vain(Holdings.Part place) {
      return new Ticket(place, null, false, false, null);
    }

    Leased held() {
      return Objects.requireNonNull(leased, "a load without a lease");
    }

    /**
     * A change by this node ends its holding, one by any node the lease. While Redis is away only
     * the first can be seen.
     */
    @Override
    public boolean sharesWith(Reservation other) {
      return other instanceof Ticket ticket
          && ticket.place.holding() == place.holding()
          && (leased == null || ticket.leased == null || leased.serves(ticket.leased));
    }

    @Override
    public @Nullable Object left() {
      return place.holding().left.get();
    }

    @Override
    public boolean leave(@Nullable Object expected, @Nullable Object next) {
      return place.holding().left.compareAndSet(expected, next);
    }

    @Override
    public boolean isVain() {
      return leased == null;
    }

    @Override
    public boolean isOvertaken() {
      return found || place.isOvertaken();
    }

    @Override
    public @Nullable Object elsewhere() {
      return holder;
    }
  }

  private static Claim claim(Holdings.Part place) {
    return new Claim(place.holding().remote.keys(), place.holding().number);
  }

  Reservation reserve(K key) {
    RemoteKey remote = parts.entries().locate(key);
    Holdings.Part place = holdings.enter(remote);
    try {
      recovery.sayAll(remote);
      long now = parts.clock().nanos();
      return reservation(place, parts.scripts().reserve(claim(place), leaseMillis), now);
    } catch (RemoteUnavailableException e) {
      return Ticket.vain(place);
    } catch (RuntimeException e) {
      holdings.leave(place);
      throw e;
    }
  }

  /**
   * For a load that is to replace an entry; null if that is not there any more, another node loads
   * the key, or Redis is away.
   */
  @Nullable Reservation reserveAnew(K key, Identity replaced) {
    RemoteKey remote = parts.entries().locate(key);
    Holdings.Part place = holdings.enter(remote);
    Ticket own = null;
    try {
      recovery.sayAll(remote);
      Ticket ticket =
          ticket(place, parts.scripts().reserveAnew(claim(place), replaced, leaseMillis));
      own = (ticket.isVain() || ticket.holder != null) ? null : ticket;
      return own;
    } catch (RemoteUnavailableException e) {
      return null;
    } finally {
      if (own == null) {
        leave(place);
      }
    }
  }

  /**
   * @param asked when, in nanoseconds of this node's clock
   */
  private Reservation reservation(Holdings.Part place, ReserveReply reply, long asked) {
    if (reply.status() == ScriptStatus.NOT_FOUND) {
      leave(place);
      return blank(reply.holder(), asked);
    }
    return ticket(place, reply);
  }

  /** That of who asked then ends no later than that in Redis. */
  private static Blank blank(long leftMillis, long asked) {
    return new Blank(asked + TimeUnit.MILLISECONDS.toNanos(leftMillis));
  }

  private Ticket ticket(Holdings.Part place, ReserveReply reply) {
    if (reply.status() == ScriptStatus.LATE) {
      throw parts.late();
    }
    Leased leased = reply.leased();
    if (leased != null && reply.status() == ScriptStatus.DONE) {
      place.holding().leased(leased, parts.clock().nanos());
    }
    boolean held = reply.status() == ScriptStatus.HELD;
    boolean found = reply.status() == ScriptStatus.FOUND;
    return new Ticket(place, leased, found, reply.kept(), held ? reply.holder() : null);
  }

  /** In chunks, each one round trip for each master; none is sent after an outage. */
  Map<K, Reservation> reserveAll(Collection<? extends K> keys, Claiming claiming) {
    Map<K, Reservation> reservations = new HashMap<>();
    List<Place<K>> places = new ArrayList<>();
    keys.forEach(key -> places.add(new Place<>(key, parts.entries().locate(key))));
    boolean away = false;
    for (int from = 0; from < places.size(); from += StoreParts.CHUNK) {
      List<Place<K>> chunk = places.subList(from, Math.min(places.size(), from + StoreParts.CHUNK));
      if (away || recovery.trySayAll(chunk) != null) {
        away = true;
        chunk.forEach(
            place -> reservations.put(place.key(), Ticket.vain(holdings.enter(place.remote()))));
      } else {
        away = !reserveChunk(chunk, claiming, reservations);
      }
    }
    return reservations;
  }

  /** False after an outage. */
  private boolean reserveChunk(
      List<Place<K>> chunk, Claiming claiming, Map<K, Reservation> reservations) {
    List<Holdings.Part> places = new ArrayList<>();
    for (Place<K> place : chunk) {
      places.add(holdings.enter(place.remote()));
    }
    long now = parts.clock().nanos();
    List<Attempt<ReserveReply>> replies =
        parts
            .scripts()
            .reserveAll(places.stream().map(Loading::claim).toList(), leaseMillis, claiming);
    for (int i = 0; i < chunk.size(); i++) {
      ReserveReply reply = replies.get(i).reply();
      Holdings.Part place = places.get(i);
      Reservation reservation =
          (reply == null || reply.status() == ScriptStatus.LATE)
              ? Ticket.vain(place)
              : reservation(place, reply, now);
      reservations.put(chunk.get(i).key(), reservation);
    }
    return CallTime.answered(replies);
  }

  ReadOrReserved<V> readOrReserve(K key) {
    RemoteKey remote = parts.entries().locate(key);
    try {
      recovery.sayAll(remote);
    } catch (RemoteUnavailableException e) {
      return new ReadOrReserved<>(new Unavailable<>(e), Ticket.vain(holdings.enter(remote)));
    }
    Holdings.Part place = holdings.enter(remote);
    long now = parts.clock().nanos();
    Returning expired = parts.observer().wantsChanges() ? Returning.ENTRY : Returning.PRESENCE;
    ReadOrReserved<V> read =
        readOrReserved(
            key,
            place,
            now,
            () -> parts.scripts().readOrReserve(claim(place), leaseMillis, expired));
    return (read == null)
        ? reserved(place, now, () -> parts.scripts().reserve(claim(place), leaseMillis))
        : read;
  }

  /** As {@link #readOrReserve}, without waiting; not while something is unsaid. */
  CompletableFuture<ReadOrReserved<V>> readOrReserve(K key, Sending sending) {
    Holdings.Part place = holdings.enter(parts.entries().locate(key));
    long now = parts.clock().nanos();
    return sending
        .by(() -> parts.scripts().readOrReserveAsync(claim(place), leaseMillis, Returning.PRESENCE))
        .handleAsync(
            (reply, failure) -> {
              ReadOrReserved<V> read = readOrReserved(key, place, now, Reply.of(reply, failure));
              return (read == null)
                  ? reserve(place, now, sending)
                  : CompletableFuture.completedFuture(read);
            },
            sending.executor())
        .thenCompose(answer -> answer);
  }

  private CompletableFuture<ReadOrReserved<V>> reserve(
      Holdings.Part place, long now, Sending sending) {
    return sending
        .by(() -> parts.scripts().reserveAsync(claim(place), leaseMillis))
        .handleAsync(
            (reply, failure) -> reserved(place, now, Reply.of(reply, failure)), sending.executor());
  }

  /** Null if there is something that can't be read, and so the key is still to be reserved. */
  private @Nullable ReadOrReserved<V> readOrReserved(
      K key, Holdings.Part place, long now, Reply<ReserveReply> asked) {
    RemoteKey remote = place.holding().remote;
    return reserving(
        place,
        () -> {
          ReserveReply reply = asked.get();
          if (reply.status() != ScriptStatus.FOUND) {
            expired(key, remote, reply);
            return new ReadOrReserved<>(Absent.absent(), reservation(place, reply, now));
          }
          VersionedEntry<V> found = found(remote, reply);
          if (found != null) {
            holdings.leave(place);
            expirations.note(key, remote, found);
            return new ReadOrReserved<>(found, null);
          }
          return null;
        });
  }

  private ReadOrReserved<V> reserved(Holdings.Part place, long now, Reply<ReserveReply> asked) {
    return Objects.requireNonNull(
        reserving(
            place,
            () -> new ReadOrReserved<>(Absent.absent(), reservation(place, asked.get(), now))));
  }

  private @Nullable ReadOrReserved<V> reserving(
      Holdings.Part place, Supplier<@Nullable ReadOrReserved<V>> asked) {
    try {
      return asked.get();
    } catch (RemoteUnavailableException e) {
      // What is there needs no room to be read, so all that can be full is what would be a lease.
      boolean absent = e.reason() == Reason.FULL && parts.settings().queue() == null;
      return new ReadOrReserved<>(
          absent ? Absent.absent() : new Unavailable<>(e), Ticket.vain(place));
    } catch (RuntimeException | Error e) {
      holdings.leave(place);
      throw e;
    }
  }

  private void expired(K key, RemoteKey remote, ReserveReply reply) {
    View view = (reply.entry() == null) ? null : parts.entries().view(remote, reply.entry());
    if (view != null) {
      expirations.met(key, remote, Seen.expired(view));
    }
  }

  private @Nullable VersionedEntry<V> found(RemoteKey remote, ReserveReply reply) {
    View view = (reply.entry() == null) ? null : parts.entries().view(remote, reply.entry());
    return (view == null)
        ? null
        : parts.entries().entry(remote, view, parts.connection().serverClock(remote.head()));
  }

  Applied<V> fill(K key, Reservation reservation, Change<V> change) {
    Ticket ticket = standing(reservation);
    if (ticket == null) {
      return new Applied<>(false, null, null);
    }
    RemoteKey remote = ticket.place.holding().remote;
    try (KeyOrder.Held held = parts.order().hold(remote)) {
      ChangeRun<K, V> run =
          ChangeRun.of(parts, expirations, new Place<>(key, remote), change, held);
      return fill(run, ticket);
    } catch (RemoteUnavailableException e) {
      return new Applied<>(false, null, null);
    }
  }

  private Applied<V> fill(ChangeRun<K, V> run, Ticket ticket) {
    try {
      return filled(run, ticket, parts.scripts().fill(keyed(run, ticket, null)));
    } catch (RemoteUnavailableException e) {
      run.failed(e);
      throw e;
    }
  }

  private Applied<V> filledOrNot(
      ChangeRun<K, V> run, @Nullable Ticket ticket, @Nullable ChangeReply reply) {
    if (reply != null && ticket != null && reply.status() != ScriptStatus.LATE) {
      try {
        return filled(run, ticket, reply);
      } catch (RemoteUnavailableException e) { // the other keys are filled all the same
        run.failed(e);
      }
    }
    return new Applied<>(false, null, null);
  }

  /** The ticket of a load that may be stored, as far as this node knows; else null. */
  private @Nullable Ticket standing(Reservation reservation) {
    return (reservation instanceof Ticket ticket
            && ticket.leased != null
            && holdings.stands(ticket.place))
        ? ticket
        : null;
  }

  /**
   * @param unreadable an entry that counts as absent
   */
  private KeyedFill keyed(ChangeRun<K, V> run, Ticket ticket, @Nullable Identity unreadable) {
    Condition asked = run.change().condition();
    // Any change voids the lease, so what is not the expected entry was loaded, maybe earlier.
    Condition condition = (asked == Condition.SAME) ? Condition.PRESENT : asked;
    Returning returning = (condition == Condition.NONE) ? run.returning() : Returning.ENTRY;
    if (ticket.leased == null) {
      throw new IllegalStateException("a fill without a lease");
    }
    ChangeRequest request = run.request(condition, unreadable, returning);
    return new KeyedFill(run.remote().keys(), ticket.leased, request);
  }

  private Applied<V> filled(ChangeRun<K, V> run, Ticket ticket, ChangeReply reply) {
    Applied<V> applied = taken(run, ticket, reply);
    return reply.status() == ScriptStatus.NOT_MET && run.mayHaveMetUnreadable(applied)
        ? fillOverUnreadable(run, ticket, applied)
        : applied;
  }

  /** Readers say that there is nothing, so what they load must not be refused for ever. */
  private Applied<V> fillOverUnreadable(ChangeRun<K, V> run, Ticket ticket, Applied<V> refused) {
    Seen<V> seen = new Look<>(parts, null).at(run.remote(), parts.clock().nanos());
    return (seen.unreadable() == null)
        ? refused
        : taken(run, ticket, parts.scripts().fill(keyed(run, ticket, seen.unreadable())));
  }

  private Applied<V> taken(ChangeRun<K, V> run, Ticket ticket, ChangeReply reply) {
    if (reply.status() == ScriptStatus.FOREIGN) { // nobody asked for it to be stored
      parts.counters().count(RemoteCounters.Oddity.FOREIGN, run.remote().canonical(), "");
      return new Applied<>(false, null, null);
    }
    Applied<V> applied = run.applied(reply);
    if (applied.done()) {
      holdings.filled(ticket.place, reply.version());
    }
    return applied;
  }

  Applied<V> revive(K key, Reservation reservation, VersionedEntry<V> entry, Lifetime lifetime) {
    Ticket ticket = standing(reservation);
    if (ticket == null || ticket.leased == null) {
      return new Applied<>(false, null, null);
    }
    RemoteKey remote = ticket.place.holding().remote;
    Reviving<K, V> reviving = new Reviving<>(parts, expirations, entry, lifetime);
    try {
      return reviving.send(key, remote, ticket.leased);
    } catch (RemoteUnavailableException e) {
      return new Applied<>(false, null, null);
    }
  }

  /** In chunks, each one round trip for each master; none is sent after an outage. */
  Map<K, Applied<V>> fillAll(Map<? extends K, Fill<V>> fills) {
    Map<K, Applied<V>> result = new HashMap<>();
    List<K> standing = new ArrayList<>();
    fills.forEach((key, fill) -> {
      result.put(key, new Applied<>(false, null, null));
      if (standing(fill.reservation()) != null) {
        standing.add(key);
      }
    });
    boolean away = false;
    for (int from = 0; from < standing.size() && !away; from += StoreParts.CHUNK) {
      int to = Math.min(standing.size(), from + StoreParts.CHUNK);
      try {
        away = !fillChunk(standing.subList(from, to), fills, result);
      } catch (RemoteUnavailableException e) {
        away = true;
      }
    }
    return result;
  }

  /** False after an outage. */
  private boolean fillChunk(
      List<K> chunk, Map<? extends K, Fill<V>> fills, Map<K, Applied<V>> result) {
    Map<K, Ticket> tickets = new HashMap<>();
    for (K key : chunk) {
      Fill<V> fill = fills.get(key);
      if (fill != null && fill.reservation() instanceof Ticket ticket) {
        tickets.put(key, ticket);
      }
    }
    List<RemoteKey> remotes =
        tickets.values().stream().map(ticket -> ticket.place.holding().remote).toList();
    try (KeyOrder.Held held = parts.order().holdAll(remotes)) {
      List<ChangeRun<K, V>> runs = new ArrayList<>();
      List<KeyedFill> asked = new ArrayList<>();
      tickets.forEach((key, ticket) -> {
        Fill<V> fill = fills.get(key);
        if (fill != null) {
          Place<K> place = new Place<>(key, ticket.place.holding().remote);
          ChangeRun<K, V> run = ChangeRun.of(parts, expirations, place, fill.change(), held);
          runs.add(run);
          asked.add(keyed(run, ticket, null));
        }
      });
      CallTime.allow(runs.stream().mapToLong(ChangeRun::bytes).sum());
      List<Attempt<ChangeReply>> replies = parts.scripts().fillAll(asked);
      for (int i = 0; i < runs.size(); i++) {
        ChangeRun<K, V> run = runs.get(i);
        ChangeReply reply = replies.get(i).reply();
        if (replies.get(i).failure() instanceof RemoteUnavailableException e) {
          run.failed(e);
        }
        Ticket ticket = tickets.get(run.key());
        result.put(run.key(), filledOrNot(run, ticket, reply));
      }
      return CallTime.answered(replies);
    }
  }

  /** Where no load of this node is left, others may load from now on. */
  void release(Reservation reservation) {
    if (reservation instanceof Ticket ticket) {
      leave(ticket.place);
    }
  }

  private void leave(Holdings.Part place) {
    Leased left = holdings.leave(place);
    if (left != null) {
      releaseSoon(place, left);
    }
  }

  /** In chunks, each one round trip for each master; none is sent after an outage. */
  Map<K, Blank> blankAll(Map<? extends K, Reservation> reservations, LongSupplier lives) {
    BlankSettings limits = parts.settings().blanks();
    Map<K, Blank> blanks = new HashMap<>();
    if (limits == null) {
      return blanks;
    }
    List<K> keys = new ArrayList<>(reservations.keySet());
    boolean away = false;
    for (int from = 0; from < keys.size() && !away; from += StoreParts.CHUNK) {
      Map<K, Ticket> chunk = new LinkedHashMap<>();
      for (K key : keys.subList(from, Math.min(keys.size(), from + StoreParts.CHUNK))) {
        Reservation reservation = reservations.get(key);
        Ticket ticket = (reservation == null) ? null : standing(reservation);
        if (ticket != null) {
          chunk.put(key, ticket);
        }
      }
      away = !chunk.isEmpty() && !blankChunk(chunk, limits, lives, blanks);
    }
    return blanks;
  }

  /** False after an outage. */
  private boolean blankChunk(
      Map<K, Ticket> chunk, BlankSettings limits, LongSupplier lives, Map<K, Blank> blanks) {
    List<KeyedBlank> asked = new ArrayList<>();
    for (Ticket ticket : chunk.values()) {
      long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(lives.getAsLong()));
      asked.add(new KeyedBlank(claim(ticket.place), ticket.held(), millis));
    }
    long now = parts.clock().nanos();
    List<Attempt<BlankReply>> replies = parts.scripts().blankAll(asked, limits);
    int next = 0;
    for (Map.Entry<K, Ticket> each : chunk.entrySet()) {
      BlankReply reply = replies.get(next).reply();
      if (reply != null && reply.status() == ScriptStatus.DONE) {
        holdings.ended(each.getValue().place, asked.get(next).leased());
        blanks.put(each.getKey(), blank(reply.leftMillis(), now));
      }
      next++;
    }
    return CallTime.answered(replies);
  }

  /** Whether something has expired, as a load began, that may stand in for a later one. */
  static boolean keeps(Reservation reservation) {
    return reservation instanceof Ticket ticket && ticket.kept;
  }

  /** Lets others load what is loaded here too. */
  void concede(Reservation reservation) {
    if (reservation instanceof Ticket ticket && ticket.leased != null) {
      releaseSoon(ticket.place, ticket.leased);
    }
  }

  private void releaseSoon(Holdings.Part place, Leased leased) {
    parts.scripts().releaseSoon(new Lease(claim(place), leased.token()), leaseMillis);
  }

  private List<Attempt<ScriptStatus>> fenced() {
    return parts.scripts().fence(parts.layout().heads(), parts.settings().blanks() != null);
  }

  void releaseAll() {
    holdings.cancelAll();
    for (Attempt<ScriptStatus> attempt : fenced()) {
      if (attempt.failure() != null) {
        throw attempt.failure();
      }
      if (attempt.reply() == ScriptStatus.LATE) {
        throw parts.late();
      }
    }
  }

  /** Whether a lease is to be prolonged; to be asked often. */
  boolean isDue() {
    return !holdings.isEmpty() && !due().isEmpty();
  }

  private List<Holding> due() {
    long now = parts.clock().nanos();
    LeaseTerms terms = parts.settings().lease();
    return holdings.before(now - terms.life().toNanos() / 2, now - terms.longest().toNanos());
  }

  /** Prolongs the leases of loads that take long; calls Redis. */
  void prolong() {
    List<Holding> due = due();
    for (int from = 0; from < due.size(); from += StoreParts.CHUNK) {
      prolong(due.subList(from, Math.min(due.size(), from + StoreParts.CHUNK)));
    }
  }

  private void prolong(List<Holding> due) {
    List<Holding> holdings = new ArrayList<>();
    List<Leased> leases = new ArrayList<>();
    for (Holding holding : due) {
      Leased leased = Holdings.leased(holding);
      if (leased != null) {
        holdings.add(holding);
        leases.add(leased);
      }
    }
    List<Lease> asked = new ArrayList<>();
    for (int i = 0; i < leases.size(); i++) {
      Holding holding = holdings.get(i);
      Claim claim = new Claim(holding.remote.keys(), holding.number);
      asked.add(new Lease(claim, leases.get(i).token()));
    }
    List<Attempt<ScriptStatus>> replies = parts.scripts().prolongAll(asked, leaseMillis);
    for (int i = 0; i < leases.size(); i++) {
      ScriptStatus status = replies.get(i).reply();
      if (status == ScriptStatus.NOT_MET) {
        Holdings.lost(holdings.get(i), leases.get(i));
      } else if (status != null && status != ScriptStatus.LATE) {
        Holdings.prolonged(holdings.get(i), parts.clock().nanos());
      }
    }
  }
}
