package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.codec.Envelope.View;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.Change.Condition;
import io.nearside.store.Mark;
import io.nearside.store.Marked;
import io.nearside.store.MarkedChange;
import io.nearside.store.Marks;
import io.nearside.store.OperationTime.Use;
import io.nearside.store.Outcome;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import io.nearside.store.WriteVersion;
import io.nearside.store.remote.ChangeRun.Place;
import io.nearside.store.remote.MarkScripts.KeyedMark;
import io.nearside.store.remote.MarkScripts.KeyedStore;
import io.nearside.store.remote.MarkScripts.MarkReply;
import io.nearside.store.remote.RemoteCounters.Oddity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** Marks in Redis, one round trip to mark and one to store; see {@code marks.lua}. Thread-safe. */
final class WriteMarks<K, V> implements Marks<K, V> {
  /** How long a writer may take; after so long a node that has died holds nobody up. */
  static final long LIFE_MILLIS = 5_000;

  private static final long SHORTEST_PAUSE_NANOS = 500_000;
  private static final long LONGEST_PAUSE_NANOS = 16_000_000;

  private final StoreParts<K, V> parts;
  private final Expirations<K, V> expirations;
  private final Holdings holdings;
  private final Recovery<K, V> recovery;

  WriteMarks(
      StoreParts<K, V> parts,
      Expirations<K, V> expirations,
      Holdings holdings,
      Recovery<K, V> recovery) {
    this.parts = parts;
    this.expirations = expirations;
    this.holdings = holdings;
    this.recovery = recovery;
  }

  private record Token(long token) implements Mark {}

  @Override
  public Map<K, Marked<V>> markAll(Collection<? extends K> keys, Terms terms, long now) {
    Map<K, Marked<V>> marked = new HashMap<>();
    try (Use time = parts.operation("mark")) {
      List<Place<K>> places = new ArrayList<>();
      for (K key : keys) {
        places.add(new Place<>(key, parts.entries().locate(key)));
        if (places.size() == StoreParts.CHUNK) {
          markChunk(places, terms, marked);
          places = new ArrayList<>();
        }
      }
      markChunk(places, terms, marked);
      return marked;
    } catch (RuntimeException e) {
      release(marked);
      throw e;
    }
  }

  private void markChunk(List<Place<K>> places, Terms terms, Map<K, Marked<V>> marked) {
    if (places.isEmpty()) {
      return;
    }
    RemoteUnavailableException unsaid = recovery.trySayAll(places);
    if (unsaid != null) {
      places.forEach(place -> marked.put(place.key(), unmarked(unsaid, place.remote())));
      return;
    }
    places.forEach(place -> holdings.cancel(place.remote()));
    Terms alone = new Terms(terms.condition(), Company.REFUSED, terms.returning());
    boolean borne = terms.company() == Company.BORNE;
    long patience = borne ? parts.timeoutNanos() / 2 : LIFE_MILLIS * 1_000_000;
    long end = parts.clock().nanos() + patience;
    long pause = SHORTEST_PAUSE_NANOS;
    List<Place<K>> left = ask(places, alone, marked);
    while (!left.isEmpty()
        && parts.clock().nanos() < end
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(pause / 2 + parts.random().nextLong(pause));
      pause = Math.min(LONGEST_PAUSE_NANOS, 2 * pause);
      left = ask(left, alone, marked);
    }
    if (!left.isEmpty() && borne) {
      left = ask(left, terms, marked);
    }
    left.forEach(place -> marked.put(place.key(), unmarked(busy(), place.remote())));
  }

  /** Those whose keys others are writing. */
  private List<Place<K>> ask(List<Place<K>> places, Terms terms, Map<K, Marked<V>> marked) {
    List<KeyedMark> asked = new ArrayList<>();
    places.forEach(
        place -> asked.add(new KeyedMark(place.remote().keys(), parts.random().nextLong())));
    List<Attempt<MarkReply>> replies = parts.scripts().marks().mark(asked, terms, LIFE_MILLIS);
    CallTime.answered(replies);
    List<Place<K>> left = new ArrayList<>();
    CacheException foreign = null;
    for (int i = 0; i < places.size(); i++) {
      Place<K> place = places.get(i);
      MarkReply reply = replies.get(i).reply();
      if (reply != null && reply.status() == ScriptStatus.QUEUED) {
        left.add(place);
      } else if (reply != null && reply.status() == ScriptStatus.FOREIGN) {
        foreign = parts.entries().foreign(place.remote());
      } else {
        Marked<V> one = marked(place, asked.get(i), replies.get(i));
        if (reply != null && isUnreadable(terms, reply, one)) {
          Terms all = new Terms(Condition.NONE, terms.company(), terms.returning());
          left.addAll(ask(List.of(place), all, marked));
        } else {
          marked.put(place.key(), one);
        }
      }
    }
    if (foreign != null) {
      throw foreign;
    }
    return left;
  }

  private Marked<V> marked(Place<K> place, KeyedMark asked, Attempt<MarkReply> attempt) {
    MarkReply reply = attempt.reply();
    if (reply == null || reply.status() == ScriptStatus.LATE) {
      RemoteUnavailableException failure = attempt.unavailable();
      return unmarked(failure == null ? parts.late() : failure, place.remote());
    }
    Mark mark = (reply.status() == ScriptStatus.DONE) ? new Token(asked.token()) : null;
    return new Marked<>(mark, prior(place.remote(), reply), WriteVersion.of(reply.version()));
  }

  /** Readers say that there is nothing, so what asks for nothing must not be refused for ever. */
  private static boolean isUnreadable(Terms terms, MarkReply reply, Marked<?> marked) {
    return terms.condition() == Condition.ABSENT
        && reply.status() == ScriptStatus.NOT_MET
        && reply.prior() != null
        && marked.live() == null;
  }

  private Outcome<V> prior(RemoteKey remote, MarkReply reply) {
    byte[] raw = reply.prior();
    View view = (raw == null) ? null : parts.entries().view(remote, raw);
    StoredEntry<V> entry =
        (view == null)
            ? null
            : parts.entries().entry(remote, view, parts.connection().serverClock(remote.head()));
    return (entry == null) ? Absent.absent() : entry;
  }

  private Marked<V> unmarked(RemoteUnavailableException e, RemoteKey remote) {
    return new Marked<>(null, new Unavailable<>(e), version(remote));
  }

  /** Of who tells the source all the same: by the server's clock, as far as it is known. */
  private WriteVersion version(RemoteKey remote) {
    try {
      ServerClock server = parts.connection().serverClock(remote.head());
      return WriteVersion.after(server.earliestMicrosAt(parts.clock().nanos()));
    } catch (RemoteUnavailableException e) {
      return WriteVersion.UNKNOWN; // it was never reached
    }
  }

  private RemoteUnavailableException busy() {
    return new RemoteUnavailableException(
        "cache \""
            + parts.settings().cacheName()
            + "\": another node writes the key, and has not ended within "
            + LIFE_MILLIS
            + " ms, so nothing was done; see what slows the writer down",
        Reason.SHED,
        false,
        null);
  }

  @Override
  public AppliedAll<K, V> applyAll(Map<? extends K, MarkedChange<V>> changes, long now) {
    AppliedAll<K, V> result = new AppliedAll<>(new HashMap<>(), new HashMap<>());
    CacheException[] foreign = new CacheException[1];
    try (Use time = parts.operation("store-marked")) {
      List<K> keys = new ArrayList<>(changes.keySet());
      for (int from = 0; from < keys.size(); from += StoreParts.CHUNK) {
        int to = Math.min(keys.size(), from + StoreParts.CHUNK);
        applyChunk(keys.subList(from, to), changes, result, foreign);
      }
    }
    if (foreign[0] != null) {
      throw foreign[0];
    }
    return result;
  }

  private void applyChunk(
      List<K> keys,
      Map<? extends K, MarkedChange<V>> changes,
      AppliedAll<K, V> result,
      @Nullable CacheException[] foreign) {
    List<Place<K>> places = new ArrayList<>();
    keys.forEach(key -> places.add(new Place<>(key, parts.entries().locate(key))));
    try (KeyOrder.Held held = parts.order().holdAll(places.stream().map(Place::remote).toList())) {
      long start = parts.clock().nanos();
      List<ChangeRun<K, V>> runs = new ArrayList<>();
      List<KeyedStore> asked = new ArrayList<>();
      for (Place<K> place : places) {
        MarkedChange<V> change = Objects.requireNonNull(changes.get(place.key()));
        ChangeRun<K, V> run = ChangeRun.of(parts, expirations, place, change.change(), held);
        runs.add(run);
        asked.add(keyed(run, change.mark()));
      }
      CallTime.allow(runs.stream().mapToLong(ChangeRun::bytes).sum());
      List<Attempt<ChangeReply>> replies = parts.scripts().marks().store(asked);
      CallTime.answered(replies);
      for (int i = 0; i < runs.size(); i++) {
        note(runs.get(i), replies.get(i), start, result, foreign);
      }
    } catch (RemoteUnavailableException e) { // their order could not be held
      keys.forEach(key -> result.failed().put(key, e));
    }
  }

  private KeyedStore keyed(ChangeRun<K, V> run, Mark mark) {
    long token = (mark instanceof Token own) ? own.token : 0;
    ChangeRequest request = run.request(run.change().condition(), null, run.returning());
    return new KeyedStore(new KeyedMark(run.remote().keys(), token), request);
  }

  private void note(
      ChangeRun<K, V> run,
      Attempt<ChangeReply> attempt,
      long start,
      AppliedAll<K, V> result,
      @Nullable CacheException[] foreign) {
    ChangeReply reply = attempt.reply();
    try {
      if (reply == null || reply.status() == ScriptStatus.LATE) {
        throw (attempt.failure() == null) ? parts.late() : attempt.failure();
      }
      boolean overtaken = reply.status() == ScriptStatus.VOID;
      Applied<V> applied = overtaken ? overtaken(run, reply) : parts.announced(run.applied(reply));
      if (applied.done()) {
        parts.unsaid().settled(run.remote(), start);
      }
      result.applied().put(run.key(), applied);
    } catch (RemoteUnavailableException e) {
      run.failed(e);
      result.failed().put(run.key(), e);
    } catch (CacheException e) { // the other keys are to be told all the same
      foreign[0] = (foreign[0] == null) ? e : foreign[0];
    }
  }

  /** The entry was removed, since nobody knows what the source has heard last. */
  private Applied<V> overtaken(ChangeRun<K, V> run, ChangeReply reply) {
    parts.counters().count(Oddity.OVERTAKEN, run.remote().canonical(), "");
    V value = run.change().value();
    Applied<V> removed = run.removing().applied(reply.asDone());
    return new Applied<>(
        true,
        removed.existed(),
        removed.prior(),
        (value == null) ? null : new StoredEntry<>(value, StoredEntry.NEVER));
  }

  @Override
  public void releaseAll(Map<? extends K, Mark> marks) {
    List<KeyedMark> asked = new ArrayList<>();
    marks.forEach((key, mark) -> {
      if (mark instanceof Token own) {
        asked.add(new KeyedMark(parts.entries().locate(key).keys(), own.token));
      }
    });
    try (Use time = parts.operation("release-mark")) {
      for (int from = 0; from < asked.size(); from += StoreParts.CHUNK) {
        int to = Math.min(asked.size(), from + StoreParts.CHUNK);
        if (!CallTime.answered(parts.scripts().marks().release(asked.subList(from, to)))) {
          return; // they end by themselves
        }
      }
    }
  }

  private void release(Map<K, Marked<V>> marked) {
    Map<K, Mark> marks = new HashMap<>();
    marked.forEach((key, one) -> {
      if (one.mark() != null) {
        marks.put(key, one.mark());
      }
    });
    releaseAll(marks);
  }
}
