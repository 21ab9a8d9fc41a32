package io.nearside.cache;

import io.nearside.store.Store;
import io.nearside.store.Turn;

/**
 * Counts the failures of one operation's compare-and-set. After a few it waits for its turn, so
 * that no node starves where many change one key. Not thread-safe.
 */
final class Attempts<K> implements AutoCloseable {
  private static final int BEFORE_TURNS = 2;

  private final Store<K, ?> store;
  private final K key;
  private int failures;
  private Turn turn = Turn.NONE;

  Attempts(Store<K, ?> store, K key) {
    this.store = store;
    this.key = key;
  }

  /** Notes a failure, and waits if it is time to. */
  void failed() {
    failures++;
    if (failures >= BEFORE_TURNS) {
      if (turn == Turn.NONE) {
        turn = store.turn(key);
      }
      turn.await();
    }
  }

  @Override
  public void close() {
    turn.close();
  }
}
