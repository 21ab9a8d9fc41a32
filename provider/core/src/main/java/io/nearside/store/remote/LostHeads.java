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

  LostHeads(StoreParts<?, ?> parts) {
    this.parts = parts;
  }

  void note(int partition) {
    partitions.add(partition);
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
    if (!due.isEmpty()) {
      parts.scripts().makeHeads(due.stream().map(parts.layout()::head).toList());
    }
  }
}
