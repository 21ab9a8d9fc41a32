package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.cache.KeyLocks.Held;
import io.nearside.cache.ReadThrough.Taken;
import io.nearside.load.Flight;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.Change.Returning;
import io.nearside.store.Marked;
import io.nearside.store.OperationTime;
import io.nearside.store.StoredEntry;
import io.nearside.write.Writes;
import javax.cache.CacheException;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorException;
import org.jspecify.annotations.Nullable;

/**
 * Entry processors (JSR-107 section 9). A processor runs on this node, under the key's lock, so
 * that it runs once where only processors compete for the key. Its decision is stored by
 * compare-and-set: if anything else changed the entry meanwhile, it runs again on what is there
 * now.
 */
final class Invoking<K, V> {
  /** Beyond this something changes the entry each time that its processor runs. */
  private static final int MAXIMUM_RUNS = 10_000;

  private final CacheParts<K, V> parts;
  private final Writing<K, V> writing;
  private final Reading<K, V> reading;
  private final Outages outages = new Outages();

  /** A field of its own: a call that returns a class which may not be loaded is never inlined. */
  private final @Nullable Writes<K, V> writes;

  Invoking(CacheParts<K, V> parts, Writing<K, V> writing, Reading<K, V> reading) {
    this.parts = parts;
    this.writing = writing;
    this.reading = reading;
    this.writes = parts.writes();
  }

  <T> @Nullable T invoke(K key, EntryProcessor<K, V, T> processor, Object... arguments) {
    parts.control().admitLook();
    K own = parts.copier().copy(key);
    long before = outages.count();
    Held held = parts.locks().lock(own);
    try {
      outages.refuseIfSince(own, before);
      return run(own, processor, arguments);
    } finally {
      parts.locks().unlock(own, held);
    }
  }

  private <T> @Nullable T run(K own, EntryProcessor<K, V, T> processor, Object... arguments) {
    Lives lives = new Lives(parts.expiry());
    try (Attempts<K, V> attempts = new Attempts<>(parts.store(), own)) {
      for (int run = 0; run < MAXIMUM_RUNS; run++) {
        long now = parts.clock().nanos();
        StoredEntry<V> seen = live(own, attempts, now);
        ProcessedEntry<K, V> entry =
            new ProcessedEntry<>(parts, reading.readThrough(), own, seen, now);
        try {
          T result = process(processor, entry, arguments);
          if (tryCommit(new Commit<>(own, entry, lives, attempts))) {
            return result;
          }
        } finally {
          entry.end();
        }
        attempts.failed();
      }
    }
    throw new CacheException(
        "cache \""
            + parts.settings().name()
            + "\": an entry changed each of the "
            + MAXIMUM_RUNS
            + " times that its processor ran; does the processor change it by another way than its"
            + " MutableEntry?");
  }

  private @Nullable StoredEntry<V> live(K key, Attempts<K, V> attempts, long now) {
    try {
      return Degraded.required(attempts.read(now));
    } catch (RemoteUnavailableException e) {
      outages.failed(key, e);
      throw e;
    }
  }

  private <T> @Nullable T process(
      EntryProcessor<K, V, T> processor, ProcessedEntry<K, V> entry, Object... arguments) {
    try {
      return processor.process(entry, arguments);
    } catch (CacheException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new EntryProcessorException(
          "cache \"" + parts.settings().name() + "\": the entry processor threw " + e, e);
    }
  }

  /** What is to be stored of a processor's run. */
  private record Commit<K, V>(
      K key, ProcessedEntry<K, V> entry, Lives lives, Attempts<K, V> attempts) {}

  /** False if the entry is not what the processor saw any more. */
  private boolean tryCommit(Commit<K, V> commit) {
    try {
      return commit(commit);
    } catch (RemoteUnavailableException e) {
      outages.failed(commit.key, e);
      throw e;
    }
  }

  private boolean commit(Commit<K, V> commit) {
    ProcessedEntry<K, V> entry = commit.entry;
    // The processor may have taken longer than entries live, so a new time needs a new reading.
    boolean timeless = entry.seen() != null && parts.expiry().keepsOnUpdate();
    long now = timeless ? entry.seenAt() : parts.clock().nanos();
    boolean done =
        switch (entry.decision()) {
          case NONE -> true;
          case ACCESS -> access(commit, now);
          case LOAD -> fill(commit, now);
          case SET, REMOVE -> {
            parts.control().admitChange();
            yield entry.decision() == ProcessedEntry.Decision.SET
                ? set(commit, now)
                : remove(commit, now);
          }
        };
    if (done) {
      count(entry);
    }
    return done;
  }

  private boolean access(Commit<K, V> commit, long now) {
    StoredEntry<V> seen = commit.entry.seen();
    return seen == null || reading.accessed(commit.key, seen, now, commit.attempts);
  }

  private boolean fill(Commit<K, V> commit, long now) {
    ProcessedEntry<K, V> entry = commit.entry;
    Taken<V> taken = entry.taken();
    Flight<V> flight = (taken == null) ? null : taken.flight();
    V value = entry.newValue();
    if (taken != null && flight != null && value != null) {
      Expiry expiry = reading.readThrough().expiry(taken.timeToLive(), taken.notes());
      Change<V> change = Change.putIfAbsent(value, expiry.creation());
      try (OperationTime.Use use = commit.attempts.use()) {
        parts.store().fill(commit.key, flight.reservation(), change, now);
      }
    }
    return true;
  }

  private boolean set(Commit<K, V> commit, long now) {
    ProcessedEntry<K, V> entry = commit.entry;
    V value = entry.newValue();
    if (value == null) {
      throw new IllegalStateException("a set without a value");
    }
    if (writes != null) {
      return setThrough(commit, value, writes);
    }
    Applied<V> applied = commit.attempts.apply(commit.lives.put(entry.seen(), value), now);
    stored(entry, applied);
    return applied.done();
  }

  private boolean setThrough(Commit<K, V> commit, V value, Writes<K, V> writer) {
    WriteThrough<K, V> through = writing.through();
    Marked<V> marked = markIfSame(commit, through);
    if (marked == null) {
      return false;
    }
    through.tell(commit.key, marked, () -> writer.write(commit.key, value, marked.version()));
    stored(
        commit.entry, through.put(commit.key, value, parts.expiry(), Returning.PRESENCE, marked));
    return true;
  }

  /** Null if the entry is not what the processor saw any more: the source must not be told. */
  private @Nullable Marked<V> markIfSame(Commit<K, V> commit, WriteThrough<K, V> through) {
    Marked<V> marked = through.mark(commit.key, WriteThrough.COMPOUND);
    if (WriteThrough.isSame(commit.entry.seen(), marked)) {
      return marked;
    }
    through.release(commit.key, marked);
    return null;
  }

  private static <K, V> void stored(ProcessedEntry<K, V> entry, Applied<V> applied) {
    entry.stored(applied.current() != null);
  }

  private boolean remove(Commit<K, V> commit, long now) {
    if (writes != null) {
      return removeThrough(commit, writes);
    }
    StoredEntry<V> seen = commit.entry.seen();
    Change<V> change = (seen == null) ? Change.stayAbsent() : Change.remove(seen);
    return commit.attempts.apply(change, now).done();
  }

  private boolean removeThrough(Commit<K, V> commit, Writes<K, V> writer) {
    WriteThrough<K, V> through = writing.through();
    Marked<V> marked = markIfSame(commit, through);
    if (marked == null) {
      return false;
    }
    through.tell(commit.key, marked, () -> writer.delete(commit.key, marked.version()));
    through.apply(commit.key, Change.remove(), marked);
    return true;
  }

  private void count(ProcessedEntry<K, V> entry) {
    if (entry.seen() == null) {
      parts.recorder().misses(1);
    } else {
      parts.recorder().hits(1);
    }
    switch (entry.decision()) {
      case SET -> parts.recorder().puts(entry.wasStored() ? 1 : 0);
      case REMOVE -> parts.recorder().removals(entry.seen() == null ? 0 : 1);
      default -> {}
    }
  }
}
