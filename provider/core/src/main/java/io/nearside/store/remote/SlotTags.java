package io.nearside.store.remote;

import io.nearside.store.Slots;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToIntFunction;

/** Finds names that lie in a given slot of a cluster. Thread-safe. */
final class SlotTags {
  private final ToIntFunction<String> slotOf;
  private final AtomicReferenceArray<String> known = new AtomicReferenceArray<>(Slots.COUNT);

  /**
   * @param slotOf of a name
   */
  SlotTags(ToIntFunction<String> slotOf) {
    this.slotOf = slotOf;
  }

  /** The least number in braces that lies in the slot, so the same on all nodes. */
  String tag(int slot) {
    String tag = known.get(slot);
    for (int number = 0; tag == null; number++) {
      String candidate = "{" + number + "}";
      if (slotOf.applyAsInt(candidate) == slot) {
        tag = candidate;
        known.set(slot, tag);
      }
    }
    return tag;
  }
}
