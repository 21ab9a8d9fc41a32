package io.nearside.store.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The partitions that were found without a head. Their entries are worthless, but those who hold
 * copies of them hear of it only when the head is made again, which reads do not wait for.
 * Thread-safe.
 */
final class LostHeads {
  private final StoreParts<?, ?> parts;
  private final Set<Integer> partitions = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  LostHeads(StoreParts<?, ?> parts) {
    this.parts = parts;
  }

  void note(int partition) {
    if (!closed) {
      partitions.add(partition);
    }
  }

  /** From now on none is made: nobody is to see copies end, and no head is to stay behind. */
  void close() {
    closed = true;
    partitions.clear();
  }

  boolean isDue() {
    return !partitions.isEmpty();
  }

  /**
   * Has them made, unless that was done meanwhile; what fails is tried when they are missed again.
   *
   * @throws io.nearside.RemoteUnavailableException if Redis does not answer
   */
  void make() {
    List<Integer> due = new ArrayList<>(partitions);
    due.forEach(partitions::remove);
    if (!due.isEmpty() && !closed) {
      parts.scripts().makeHeads(due.stream().map(parts.layout()::head).toList());
    }
  }
}
