package io.nearside.store.remote;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The caches of a manager that hear of changes: leads each message to its own. Thread-safe. */
final class Ears {
  private final Map<String, CacheEar<?>> byStart = new ConcurrentHashMap<>();

  /**
   * @param start of the cache's names; see {@link Layout#start}
   */
  void add(String start, CacheEar<?> ear) {
    byStart.put(start, ear);
  }

  void remove(String start, CacheEar<?> ear) {
    byStart.remove(start, ear);
  }

  /**
   * Leads a message on.
   *
   * @param said null if nobody knows what it means: a later release may say so that something has
   *     changed
   */
  void hear(@Nullable Announcement said) {
    if (said instanceof Announcement.Changed changed) {
      CacheEar<?> ear = ear(changed.name());
      if (ear != null) {
        ear.changed(changed);
      }
    } else if (said instanceof Announcement.Cleared cleared) {
      CacheEar<?> ear = ear(cleared.tag());
      if (ear != null) {
        ear.cleared(cleared);
      }
    } else if (said instanceof Announcement.Invalidated invalidated) {
      CacheEar<?> ear = ear(invalidated.start());
      if (ear != null) {
        ear.invalidated(invalidated);
      }
    } else {
      dropAll();
    }
  }

  /** Null if it is another cache's, which has no copies here. */
  private @Nullable CacheEar<?> ear(String name) {
    int end = name.indexOf('#');
    if (end < 0) {
      dropAll();
      return null;
    }
    return byStart.get(name.substring(0, end + 1));
  }

  private void dropAll() {
    byStart.values().forEach(CacheEar::dropAll);
  }
}
