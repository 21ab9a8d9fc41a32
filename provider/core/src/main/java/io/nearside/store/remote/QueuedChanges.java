package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.Change;
import io.nearside.store.OperationTime.Use;
import java.util.HashMap;
import java.util.Map;
import javax.cache.integration.CacheWriterException;

/** Changes that need room in the queue of writes, and wait for it. Thread-safe. */
final class QueuedChanges<K, V> {
  private final StoreParts<K, V> parts;
  private final Changes<K, V> changes;
  private final RemoteJournal<K, V> journal;

  QueuedChanges(StoreParts<K, V> parts, Changes<K, V> changes, RemoteJournal<K, V> journal) {
    this.parts = parts;
    this.changes = changes;
    this.journal = journal;
  }

  /**
   * @throws CacheWriterException if there was no room in time; then nothing has changed
   * @throws IllegalStateException if the cache closed meanwhile; likewise
   */
  Applied<V> apply(K key, Change<V> change) {
    Room room = room();
    for (; ; ) {
      try (Use time = parts.operation("change")) {
        return changes.apply(key, change);
      } catch (QueueFullException e) {
        journal.requireOpen();
        if (!room.await()) {
          throw full(e); // Redis is there: it is the writer that is slow
        }
      }
    }
  }

  private static CacheWriterException full(QueueFullException e) {
    return new CacheWriterException(
        "the change could not be queued for the source: " + e.getMessage(), e);
  }

  /**
   * Those that find no room wait for it together.
   *
   * @throws IllegalStateException if the cache closed while some waited, which were not changed
   */
  AppliedAll<K, V> applyAll(Map<? extends K, Change<V>> all) {
    Room room = room();
    AppliedAll<K, V> result = new AppliedAll<>(new HashMap<>(), new HashMap<>());
    Map<K, Change<V>> left = new HashMap<>(all);
    while (!left.isEmpty()) {
      if (applySome(left, room, result)) {
        journal.requireOpen();
        room.await();
      }
    }
    return result;
  }

  /** Leaves those for which there was no room, and that may wait; whether there are such. */
  private boolean applySome(Map<K, Change<V>> left, Room room, AppliedAll<K, V> result) {
    AppliedAll<K, V> some;
    try (Use time = parts.operation("change-all")) {
      some = changes.applyAll(left);
    }
    left.keySet().removeAll(some.applied().keySet());
    result.applied().putAll(some.applied());
    boolean over = room.isOver();
    for (Map.Entry<K, RemoteUnavailableException> failed : some.failed().entrySet()) {
      if (over || !(failed.getValue() instanceof QueueFullException)) {
        left.remove(failed.getKey());
        result.failed().put(failed.getKey(), failed.getValue());
      }
    }
    return !left.isEmpty();
  }

  private Room room() {
    return new Room(parts.clock(), journal.blockNanos());
  }
}
