package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.UnconfirmedWriteException;
import io.nearside.observe.CacheRecorder;
import io.nearside.store.Outcome;
import io.nearside.store.StaleEntry;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/**
 * What a cache does while its store can't answer. Fail-safe: reads find nothing, put and remove do
 * nothing but are made good later by the store; all is counted. Fail-fast: everything throws.
 * Compound operations always throw, since without the authority they would be guesses.
 *
 * <p>Where the queue of a source is in the store, no change is forgiven: it would be lost.
 *
 * <p>Thread-safe.
 *
 * @param queues whether changes are queued in the store
 */
record Degraded(boolean failSafe, boolean queues, CacheRecorder recorder) {

  /** The entry that was read; null if there is none, or the store can't tell. */
  <V> @Nullable StoredEntry<V> entry(Outcome<V> outcome) {
    if (outcome instanceof StoredEntry<V> entry) {
      return entry;
    }
    if (outcome instanceof Unavailable<V> unavailable) {
      forgive(unavailable.cause());
    }
    return null;
  }

  /** The entry that an operation must know before it can decide anything: no stale one will do. */
  static <V> @Nullable StoredEntry<V> required(Outcome<V> outcome) {
    if (outcome instanceof StaleEntry<V> stale) {
      throw stale.cause();
    }
    if (outcome instanceof StoredEntry<V> entry) {
      return entry;
    }
    if (outcome instanceof Unavailable<V> unavailable) {
      throw unavailable.cause();
    }
    return null;
  }

  /** As {@link #forgive}, of a change. */
  void forgiveChange(RemoteUnavailableException e) {
    if (e instanceof UnconfirmedWriteException) {
      throw e; // it was queued
    }
    if (queues) {
      throw new CacheWriterException(
          "the change could not be queued for the source: " + e.getMessage(), e);
    }
    forgive(e);
  }

  /** Whether a change that failed is made good later, so that what is there may be dropped. */
  boolean makesGood() {
    return failSafe && !queues;
  }

  /** Throws what happened unless the cache is to go on without its store. */
  void forgive(RemoteUnavailableException e) {
    if (!failSafe) {
      throw e;
    }
    recorder.unavailable();
  }
}
