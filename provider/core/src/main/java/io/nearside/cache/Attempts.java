package io.nearside.cache;

import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.OperationTime;
import io.nearside.store.Outcome;
import io.nearside.store.Store;
import io.nearside.store.StoredEntry;
import io.nearside.store.Turn;
import org.jspecify.annotations.Nullable;

/**
 * What one operation asks of the store for its key, in the time that one call has; and how often
 * its compare-and-set has failed. After a few failures it waits for its turn, so that no node
 * starves where many change one key. Not thread-safe.
 */
final class Attempts<K, V> implements AutoCloseable {
  /** How often it is tried without a turn. */
  static final int BEFORE_TURNS = 2;

  private final Store<K, V> store;
  private final K key;
  private final OperationTime time;
  private int failures;
  private Turn turn = Turn.NONE;

  /** What a change has met that was refused; the next attempt begins with it. */
  private @Nullable StoredEntry<V> met;

  Attempts(Store<K, V> store, K key) {
    this.store = store;
    this.key = key;
    this.time = store.operationTime();
  }

  K key() {
    return key;
  }

  /** For calls of the store that this has no method for. */
  OperationTime.Use use() {
    return time.use();
  }

  /** What is there, or was when the attempt before this one failed. */
  Outcome<V> read(long now) {
    StoredEntry<V> known = met;
    met = null;
    if (known != null && known.isLive(now)) {
      return known;
    }
    try (OperationTime.Use use = time.use()) {
      return store.read(key, now);
    }
  }

  /** What is there now, whatever a copy says. */
  Outcome<V> inspect(long now) {
    try (OperationTime.Use use = time.use()) {
      return store.inspect(key, now);
    }
  }

  Applied<V> apply(Change<V> change, long now) {
    try (OperationTime.Use use = time.use()) {
      Applied<V> applied = store.apply(key, change, now);
      met = applied.done() ? null : applied.prior();
      return applied;
    }
  }

  boolean renew(StoredEntry<V> entry, long expiresAt) {
    try (OperationTime.Use use = time.use()) {
      return store.renew(key, entry, expiresAt);
    }
  }

  /** Notes a failure, and waits if it is time to. */
  void failed() {
    time.renew();
    failures++;
    if (failures >= BEFORE_TURNS) {
      if (turn == Turn.NONE) {
        turn = store.turn(key);
      }
      turn.await();
      met = null; // that was long ago
    }
  }

  @Override
  public void close() {
    turn.close();
    time.end();
  }
}
