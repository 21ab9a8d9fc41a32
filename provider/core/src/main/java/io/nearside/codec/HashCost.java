package io.nearside.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many objects a hash of each container that was read would visit. Sets that share their
 * elements can make it double with every level: a few hundred bytes would keep a reader busy for
 * years. For one reader and one value.
 */
final class HashCost {
  /** Far more than a set of sets needs, and computed in less than a second. */
  private static final long FREE = 1_000_000;

  private static final int VISITS_PER_BYTE = 64;

  private final Map<Object, Long> visits = new IdentityHashMap<>();

  /**
   * @param object complete, and not hashed yet
   * @param size of all bytes
   * @throws UnreadableException if a hash of it would visit more than such bytes should hold
   */
  void check(@Nullable Object object, int size) {
    if (!isContainer(object)) {
      return;
    }
    long sum = 1;
    for (Object part : partsOf(object)) {
      sum += part == null ? 0 : visits.getOrDefault(part, 1L);
    }
    if (sum > FREE + (long) VISITS_PER_BYTE * size) {
      throw new UnreadableException("containers that hold each other too often to be hashed");
    }
    visits.put(object, sum);
  }

  private static boolean isContainer(@Nullable Object object) {
    return object instanceof Collection<?>
        || object instanceof Map<?, ?>
        || object instanceof Object[];
  }

  private static List<?> partsOf(@Nullable Object container) {
    if (container instanceof Map<?, ?> map) {
      List<@Nullable Object> parts = new ArrayList<>(map.keySet());
      parts.addAll(map.values());
      return parts;
    }
    return container instanceof Collection<?> collection
        ? new ArrayList<>(collection)
        : java.util.Arrays.asList((Object[]) java.util.Objects.requireNonNull(container));
  }
}
