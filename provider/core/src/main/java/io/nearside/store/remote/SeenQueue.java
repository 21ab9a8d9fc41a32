package io.nearside.store.remote;

import io.nearside.store.WriteJournal.Backlog;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** How many writes there were in each part when this node saw it last. Thread-safe. */
final class SeenQueue {
  private final AtomicReferenceArray<@Nullable Part> parts;

  /**
   * What one part had.
   *
   * @param oldest since when its oldest write waited, by this node's clock; unused if none did
   */
  private record Part(int waiting, int all, long oldest) {}

  SeenQueue(int parts) {
    this.parts = new AtomicReferenceArray<>(parts);
  }

  void note(int part, int waiting, int all, long oldest) {
    parts.set(part, (all == 0) ? null : new Part(waiting, all, oldest));
  }

  /** The source has taken some of those that waited. */
  void written(int part, int writes) {
    parts.updateAndGet(
        part,
        seen ->
            (seen == null || seen.all <= writes)
                ? null
                : new Part(Math.max(0, seen.waiting - writes), seen.all - writes, seen.oldest));
  }

  Backlog backlog(long now) {
    int all = 0;
    int parked = 0;
    long longest = 0;
    for (int i = 0; i < parts.length(); i++) {
      Part part = parts.get(i);
      if (part != null) {
        all += part.all;
        parked += part.all - part.waiting;
        longest = Math.max(longest, part.waiting == 0 ? 0 : now - part.oldest);
      }
    }
    return new Backlog(all, parked, longest / 1_000_000);
  }
}
