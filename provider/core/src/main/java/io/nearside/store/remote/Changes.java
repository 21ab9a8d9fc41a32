package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.UnconfirmedWriteException;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.Change;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.remote.ChangeRun.Place;
import io.nearside.store.remote.QueueScripts.QueuedChange;
import io.nearside.store.remote.RemoteAsync.Reply;
import io.nearside.store.remote.RemoteCounters.Oddity;
import io.nearside.store.remote.Scripts.KeyedChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Changes of entries, one round trip each. What could not be said to Redis is remembered if it
 * depended on nothing, and takes away this node's reservations of the key. Thread-safe.
 */
final class Changes<K, V> {
  private final StoreParts<K, V> parts;
  private final Expirations<K, V> expirations;
  private final Holdings holdings;
  private final Recovery<K, V> recovery;
  private final Turns turns;
  private final @Nullable RemoteJournal<K, V> journal;

  Changes(
      StoreParts<K, V> parts,
      Expirations<K, V> expirations,
      Holdings holdings,
      Recovery<K, V> recovery,
      Turns turns,
      @Nullable RemoteJournal<K, V> journal) {
    this.parts = parts;
    this.expirations = expirations;
    this.holdings = holdings;
    this.recovery = recovery;
    this.turns = turns;
    this.journal = journal;
  }

  Applied<V> apply(K key, Change<V> change) {
    Place<K> place = new Place<>(key, parts.entries().locate(key));
    KeyOrder.Held held;
    try {
      held = parts.order().hold(place.remote());
    } catch (RemoteUnavailableException e) {
      return failed(place.remote(), change, e);
    }
    try (held) {
      return apply(place, change, held);
    }
  }

  private Applied<V> apply(Place<K> place, Change<V> change, KeyOrder.Held held) {
    long start = parts.clock().nanos();
    ChangeRun<K, V> run = ChangeRun.of(parts, expirations, place, change, held);
    return ended(
        run,
        start,
        () -> {
          recovery.sayBefore(place.remote(), change.condition());
          return apply(run);
        });
  }

  /**
   * As {@link #apply}, without waiting, of a change that nobody here is told of, nor a source; not
   * while something is unsaid.
   */
  CompletableFuture<Applied<V>> apply(K key, Change<V> change, Sending sending) {
    Place<K> place = new Place<>(key, parts.entries().locate(key));
    long start = parts.clock().nanos();
    ChangeRun<K, V> run =
        ChangeRun.of(parts, expirations, place, change, KeyOrder.NOTHING); // encodes, here
    if (isRefused(run)) {
      return CompletableFuture.completedFuture(refused());
    }
    ChangeRequest request = run.request(change.condition(), null, run.returning());
    return sending
        .by(() -> parts.scripts().changeAsync(run.remote().keys(), request))
        .handleAsync(
            (reply, failure) -> {
              Applied<V> applied =
                  ended(run, start, () -> answered(run, Reply.of(reply, failure).get()));
              return run.mayHaveMetUnreadable(applied)
                  ? overUnreadable(run, applied, start, sending)
                  : CompletableFuture.completedFuture(applied);
            },
            sending.executor())
        .thenCompose(answer -> answer);
  }

  /** As {@link #overUnreadable(ChangeRun, Applied)}, without waiting. */
  private CompletableFuture<Applied<V>> overUnreadable(
      ChangeRun<K, V> run, Applied<V> refused, long start, Sending sending) {
    RemoteKey remote = run.remote();
    return sending
        .by(() -> parts.connection().readAsync(List.of(remote.head(), remote.entry())))
        .thenComposeAsync(
            pair -> {
              ChangeRequest request = overUnreadable(run, seenAnew(remote, pair));
              return (request == null)
                  ? CompletableFuture.<@Nullable ChangeReply>completedFuture(null)
                  : sending.by(() -> parts.scripts().changeAsync(remote.keys(), request));
            },
            sending.executor())
        .handleAsync(
            (reply, failure) ->
                (reply == null && failure == null)
                    ? refused
                    : ended(run, start, () -> answered(run, Reply.of(reply, failure).get())),
            sending.executor());
  }

  private Applied<V> ended(ChangeRun<K, V> run, long start, Supplier<Applied<V>> call) {
    RemoteKey remote = run.remote();
    Change<V> change = run.change();
    try {
      Applied<V> applied = call.get();
      if (applied.done()) {
        parts.unsaid().settled(remote, start);
      }
      return applied;
    } catch (UnconfirmedWriteException e) { // it was done, and told
      parts.unsaid().settled(remote, start);
      return failed(remote, change, e);
    } catch (RemoteUnavailableException e) {
      run.failed(e);
      return failed(remote, change, e);
    }
  }

  private Applied<V> apply(ChangeRun<K, V> run) {
    Condition condition = run.change().condition();
    if (isRefused(run)) {
      return refused();
    }
    RemoteKey remote = run.remote();
    ChangeRequest request = run.request(condition, null, run.returning());
    if (condition == Condition.SAME) {
      request = request.withTurn(turns.token(remote));
    }
    return met(run, send(run, request));
  }

  /** Whether what it expects is not what Redis could have. */
  private static boolean isRefused(ChangeRun<?, ?> run) {
    return run.change().condition() == Condition.SAME && run.expected() == null;
  }

  private static <V> Applied<V> refused() {
    return new Applied<>(false, null, null);
  }

  private Applied<V> met(ChangeRun<K, V> run, ChangeReply reply) {
    Applied<V> applied = answered(run, reply);
    return run.mayHaveMetUnreadable(applied) ? overUnreadable(run, applied) : applied;
  }

  /** Readers say that there is nothing, so what asks for nothing must not be refused for ever. */
  private Applied<V> overUnreadable(ChangeRun<K, V> run, Applied<V> refused) {
    RemoteKey remote = run.remote();
    List<byte @Nullable []> pair = parts.connection().read(List.of(remote.head(), remote.entry()));
    ChangeRequest request = overUnreadable(run, seenAnew(remote, pair));
    return (request == null) ? refused : answered(run, send(run, request));
  }

  private Seen<V> seenAnew(RemoteKey remote, List<byte @Nullable []> pair) {
    return new Look<>(parts, null).seen(remote, pair, parts.clock().nanos());
  }

  /** Null if what is there can be read. */
  private @Nullable ChangeRequest overUnreadable(ChangeRun<K, V> run, Seen<V> seen) {
    return (seen.unreadable() == null)
        ? null
        : run.request(run.change().condition(), seen.unreadable(), run.returning());
  }

  /**
   * @throws UnconfirmedWriteException if it was done, and told, but maybe on the master alone
   */
  private Applied<V> answered(ChangeRun<K, V> run, ChangeReply reply) {
    Applied<V> applied = parts.announced(run.applied(reply));
    if (applied.done() && reply.doubt() != null) {
      throw unconfirmed(reply.doubt());
    }
    return applied;
  }

  private UnconfirmedWriteException unconfirmed(String doubt) {
    return new UnconfirmedWriteException(
        "cache \""
            + parts.settings().cacheName()
            + "\": a change stands on the master and its write is queued for the source, but whether"
            + " a replica has them is not known (writeBehind.acknowledge: replica): "
            + doubt
            + ", so a fail-over may take both away; repeat the change, having read the entry first if"
            + " it depends on it, see what slows replicas down, and set min-replicas-to-write in"
            + " redis.conf if a master without replicas is to refuse changes at once");
  }

  private ChangeReply send(ChangeRun<K, V> run, ChangeRequest request) {
    return (journal == null || run.change().known())
        ? parts.scripts().change(run.remote().keys(), request)
        : journal.change(run.remote(), request);
  }

  /** Rethrows, but for a value that Redis has no room for: the old one is as good as gone. */
  private Applied<V> failed(RemoteKey remote, Change<V> change, RemoteUnavailableException e) {
    holdings.cancel(remote);
    if (journal != null) {
      throw e; // entry and write were made both, or none: there is nothing to make good
    }
    boolean simple = change.condition() == Condition.NONE;
    if (simple && (parts.settings().failSafe() || e.reason() == Reason.FULL)) {
      parts.unsaid().removal(remote, parts.clock().nanos());
    }
    boolean blind = change.returning() == Returning.PRESENCE; // what was there is not known
    if (simple && blind && e.reason() == Reason.FULL && parts.settings().failSafe()) {
      parts.counters().count(Oddity.NOT_STORED, remote.canonical(), "");
      return new Applied<>(true, null, null);
    }
    throw e;
  }

  /** In chunks; each is one round trip for each master. */
  AppliedAll<K, V> applyAll(Map<? extends K, Change<V>> changes) {
    AppliedAll<K, V> result = new AppliedAll<>(new HashMap<>(), new HashMap<>());
    List<Place<K>> chunk = new ArrayList<>();
    CacheException[] foreign = new CacheException[1];
    for (K key : changes.keySet()) {
      chunk.add(new Place<>(key, parts.entries().locate(key)));
      if (chunk.size() == StoreParts.CHUNK) {
        applyChunk(chunk, changes, result, foreign);
        chunk = new ArrayList<>();
      }
    }
    applyChunk(chunk, changes, result, foreign);
    return given(result, foreign);
  }

  /**
   * As {@link #applyAll}, without waiting; of such changes as {@link #apply} does so, but that none
   * asks for nothing to be there.
   */
  CompletableFuture<AppliedAll<K, V>> applyAll(
      Map<? extends K, Change<V>> changes, Sending sending) {
    long start = parts.clock().nanos();
    AppliedAll<K, V> result = new AppliedAll<>(new HashMap<>(), new HashMap<>());
    List<ChangeRun<K, V>> runs = new ArrayList<>();
    changes.forEach((key, change) -> {
      Place<K> place = new Place<>(key, parts.entries().locate(key));
      ChangeRun<K, V> run = ChangeRun.of(parts, expirations, place, change, KeyOrder.NOTHING);
      if (isRefused(run)) {
        result.applied().put(key, refused());
      } else {
        runs.add(run);
      }
    });
    return parts
        .scripts()
        .changeAllAsync(
            runs.stream().map(Changes::keyed).toList(), sending, CallTime.nanosFor(bytes(runs)))
        .thenApplyAsync(
            replies -> {
              CacheException[] foreign = new CacheException[1];
              noteAll(runs, replies, start, result, foreign);
              return given(result, foreign);
            },
            sending.executor());
  }

  private static long bytes(List<? extends ChangeRun<?, ?>> runs) {
    return runs.stream().mapToLong(ChangeRun::bytes).sum();
  }

  private static <T> T given(T result, @Nullable CacheException[] foreign) {
    CacheException failure = foreign[0];
    if (failure != null) {
      throw failure;
    }
    return result;
  }

  private void applyChunk(
      List<Place<K>> chunk,
      Map<? extends K, Change<V>> changes,
      AppliedAll<K, V> result,
      @Nullable CacheException[] foreign) {
    if (chunk.isEmpty()) {
      return;
    }
    KeyOrder.Held held;
    try {
      held = parts.order().holdAll(chunk.stream().map(Place::remote).toList());
    } catch (RemoteUnavailableException e) {
      chunk.forEach(place -> fail(place, change(changes, place), e, result));
      return;
    }
    try (held) {
      applyChunk(chunk, changes, held, result, foreign);
    }
  }

  private static <K, V> Change<V> change(Map<? extends K, Change<V>> changes, Place<K> place) {
    Change<V> change = changes.get(place.key());
    if (change == null) {
      throw new IllegalStateException("a change without its key");
    }
    return change;
  }

  private void applyChunk(
      List<Place<K>> chunk,
      Map<? extends K, Change<V>> changes,
      KeyOrder.Held held,
      AppliedAll<K, V> result,
      @Nullable CacheException[] foreign) {
    long start = parts.clock().nanos();
    List<ChangeRun<K, V>> runs = new ArrayList<>();
    RemoteUnavailableException unclear =
        recovery.clearBefore(chunk.stream().map(Place::remote).toList());
    for (Place<K> place : chunk) {
      Change<V> change = change(changes, place);
      ChangeRun<K, V> run = ChangeRun.of(parts, expirations, place, change, held);
      if (unclear != null && parts.unsaid().isCleared(place.remote().partition())) {
        fail(place, change, unclear, result);
      } else if (maySend(run, result)) {
        runs.add(run);
      }
    }
    CallTime.allow(bytes(runs));
    List<Attempt<ChangeReply>> replies =
        (journal == null)
            ? parts.scripts().changeAll(runs.stream().map(Changes::keyed).toList())
            : journal.changeAll(runs.stream().map(Changes::queued).toList());
    CallTime.answered(replies);
    noteAll(runs, replies, start, result, foreign);
  }

  private void noteAll(
      List<ChangeRun<K, V>> runs,
      List<Attempt<ChangeReply>> replies,
      long start,
      AppliedAll<K, V> result,
      @Nullable CacheException[] foreign) {
    for (int i = 0; i < runs.size(); i++) {
      ChangeRun<K, V> run = runs.get(i);
      try {
        note(run, replies.get(i), start, result);
      } catch (UnconfirmedWriteException e) { // it was done, and told
        parts.unsaid().settled(run.remote(), start);
        fail(new Place<>(run.key(), run.remote()), run.change(), e, result);
      } catch (RemoteUnavailableException e) {
        fail(run, e, result);
      } catch (CacheException e) { // the other keys are to be told all the same
        foreign[0] = (foreign[0] == null) ? e : foreign[0];
      }
    }
  }

  private static <K, V> KeyedChange keyed(ChangeRun<K, V> run) {
    return new KeyedChange(
        run.remote().keys(), run.request(run.change().condition(), null, run.returning()));
  }

  private static <K, V> QueuedChange queued(ChangeRun<K, V> run) {
    return new QueuedChange(run.remote(), keyed(run).request());
  }

  /** Puts those that need not be asked, or can't, into the result. */
  private boolean maySend(ChangeRun<K, V> run, AppliedAll<K, V> result) {
    if (isRefused(run)) {
      result.applied().put(run.key(), refused());
      return false;
    }
    try {
      recovery.sayBefore(run.remote(), run.change().condition());
      return true;
    } catch (RemoteUnavailableException e) {
      fail(run, e, result);
      return false;
    }
  }

  private void note(
      ChangeRun<K, V> run, Attempt<ChangeReply> attempt, long start, AppliedAll<K, V> result) {
    if (attempt.reply() == null) {
      throw (attempt.failure() == null) ? parts.late() : attempt.failure();
    }
    Applied<V> applied = answered(run, attempt.reply());
    if (run.mayHaveMetUnreadable(applied)) {
      applied = overUnreadable(run, applied);
    }
    if (applied.done()) {
      parts.unsaid().settled(run.remote(), start);
    }
    result.applied().put(run.key(), applied);
  }

  private void fail(ChangeRun<K, V> run, RemoteUnavailableException e, AppliedAll<K, V> result) {
    run.failed(e);
    fail(new Place<>(run.key(), run.remote()), run.change(), e, result);
  }

  private void fail(
      Place<K> place, Change<V> change, RemoteUnavailableException e, AppliedAll<K, V> result) {
    try {
      result.applied().put(place.key(), failed(place.remote(), change, e));
    } catch (RemoteUnavailableException thrown) {
      result.failed().put(place.key(), thrown);
    }
  }
}
