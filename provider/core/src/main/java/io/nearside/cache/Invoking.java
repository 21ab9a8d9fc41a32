package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.cache.KeyLocks.Held;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.Lifetime;
import io.nearside.store.Reservation;
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

  /** A policy is asked once for a creation and once for an update, however often they are tried. */
  private static final class Lives {
    private final Expiry expiry;
    private @Nullable Lifetime creation;
    private @Nullable Lifetime update;

    Lives(Expiry expiry) {
      this.expiry = expiry;
    }

    Lifetime creation() {
      Lifetime known = creation;
      if (known == null) {
        known = expiry.creation();
        creation = known;
      }
      return known;
    }

    Lifetime update() {
      Lifetime known = update;
      if (known == null) {
        known = expiry.update();
        update = known;
      }
      return known;
    }
  }

  <T> @Nullable T invoke(K key, EntryProcessor<K, V, T> processor, Object... arguments) {
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
    try (Attempts<K> attempts = new Attempts<>(parts.store(), own)) {
      for (int run = 0; run < MAXIMUM_RUNS; run++) {
        long now = parts.clock().nanos();
        StoredEntry<V> seen = live(own, now);
        ProcessedEntry<K, V> entry = new ProcessedEntry<>(parts, own, seen, now);
        try {
          T result = process(processor, entry, arguments);
          if (tryCommit(own, entry, lives)) {
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

  private @Nullable StoredEntry<V> live(K key, long now) {
    try {
      return Degraded.required(parts.store().read(key, now));
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

  /** False if the entry is not what the processor saw any more. */
  private boolean tryCommit(K key, ProcessedEntry<K, V> entry, Lives lives) {
    try {
      return commit(key, entry, lives);
    } catch (RemoteUnavailableException e) {
      outages.failed(key, e);
      throw e;
    }
  }

  private boolean commit(K key, ProcessedEntry<K, V> entry, Lives lives) {
    // The processor may have taken longer than entries live, so a new time needs a new reading.
    boolean timeless = entry.seen() != null && parts.expiry().keepsOnUpdate();
    long now = timeless ? entry.seenAt() : parts.clock().nanos();
    boolean done =
        switch (entry.decision()) {
          case NONE -> true;
          case ACCESS -> access(key, entry, now);
          case LOAD -> fill(key, entry, now);
          case SET -> set(key, entry, now, lives);
          case REMOVE -> remove(key, entry, now);
        };
    if (done) {
      count(entry);
    }
    return done;
  }

  private boolean access(K key, ProcessedEntry<K, V> entry, long now) {
    StoredEntry<V> seen = entry.seen();
    return seen == null || reading.accessed(key, seen, now);
  }

  private boolean fill(K key, ProcessedEntry<K, V> entry, long now) {
    Reservation reservation = entry.reservation();
    V value = entry.newValue();
    if (reservation != null && value != null) {
      Change<V> change = Change.putIfAbsent(value, reading.expiry(entry.timeToLive()).creation());
      parts.store().fill(key, reservation, change, now);
    }
    return true;
  }

  private boolean set(K key, ProcessedEntry<K, V> entry, long now, Lives lives) {
    V value = entry.newValue();
    if (value == null) {
      throw new IllegalStateException("a set without a value");
    }
    if (writes != null) {
      writes.write(key, value);
      stored(entry, writing.store(key, value, parts.expiry()));
      return true;
    }
    StoredEntry<V> seen = entry.seen();
    Change<V> change =
        (seen == null)
            ? Change.putIfAbsent(value, lives.creation())
            : Change.replace(seen, value, lives.update());
    Applied<V> applied = parts.store().apply(key, change, now);
    stored(entry, applied);
    return applied.done();
  }

  private static <K, V> void stored(ProcessedEntry<K, V> entry, Applied<V> applied) {
    entry.stored(applied.current() != null);
  }

  private boolean remove(K key, ProcessedEntry<K, V> entry, long now) {
    if (writes != null) {
      writes.delete(key);
      writing.unstore(key, Change.remove());
      return true;
    }
    StoredEntry<V> seen = entry.seen();
    Change<V> change = (seen == null) ? Change.stayAbsent() : Change.remove(seen);
    return parts.store().apply(key, change, now).done();
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
