package io.nearside.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What JSR-107 says of a cache, in plain maps; for one thread. */
final class ModelCache {
  private static final String MAYBE = "? ";

  final Map<Integer, Integer> rows = new ModelSource().rows;
  private final Map<Integer, Entry> entries = new HashMap<>();
  private final Map<Integer, List<String>> events = new HashMap<>();
  private final ModelTest.Variant variant;
  private final Clock clock;
  long hits;
  long misses;
  long puts;
  long removals;

  private static final class Entry {
    final int value;
    long expiresAt;

    Entry(int value, long expiresAt) {
      this.value = value;
      this.expiresAt = expiresAt;
    }
  }

  ModelCache(ModelTest.Variant variant, Clock clock) {
    this.variant = variant;
    this.clock = clock;
  }

  private void tell(int key, String event) {
    events.computeIfAbsent(key, k -> new ArrayList<>()).add(event);
  }

  private long after(long millis) {
    return millis < 0 ? Long.MAX_VALUE : clock.nanos() + millis * 1_000_000;
  }

  @Nullable Integer live(int key) {
    Entry entry = entries.get(key);
    if (entry != null && clock.nanos() >= entry.expiresAt) {
      tell(key, "EXPIRED " + entry.value + ">" + entry.value);
      entries.remove(key);
      return null;
    }
    return entry == null ? null : entry.value;
  }

  Set<Integer> liveKeys() {
    expireAll();
    return Set.copyOf(entries.keySet());
  }

  void expireAll() {
    for (int key : Set.copyOf(entries.keySet())) {
      live(key);
    }
  }

  private void count(boolean hit) {
    hits += hit ? 1 : 0;
    misses += hit ? 0 : 1;
  }

  private void access(int key) {
    if (variant.access() != null) {
      entries.get(key).expiresAt = after(variant.access());
    }
  }

  /** Whether the value was stored. */
  private boolean store(int key, int value) {
    Integer prior = live(key);
    if (prior == null) {
      if (variant.creation() == 0) {
        return false;
      }
      entries.put(key, new Entry(value, after(variant.creation())));
      tell(key, "CREATED null>" + value);
      return true;
    }
    long kept = entries.get(key).expiresAt;
    entries.put(key, new Entry(value, variant.update() == null ? kept : after(variant.update())));
    tell(key, "UPDATED " + prior + ">" + value);
    return true;
  }

  private boolean write(int key, int value) {
    if (variant.writes()) {
      rows.put(key, value);
    }
    boolean stored = store(key, value);
    puts += stored ? 1 : 0;
    return stored;
  }

  private @Nullable Integer load(int key) {
    Integer loaded = variant.reads() ? rows.get(key) : null;
    if (loaded != null) {
      store(key, loaded);
    }
    return loaded;
  }

  @Nullable Integer get(int key) {
    Integer value = live(key);
    count(value != null);
    if (value == null) {
      return load(key);
    }
    access(key);
    return value;
  }

  Map<Integer, Integer> getAll(Set<Integer> keys) {
    Map<Integer, Integer> found = new HashMap<>();
    for (int key : keys) {
      Integer value = get(key);
      if (value != null) {
        found.put(key, value);
      }
    }
    return found;
  }

  /** What an iterator shows of a key. */
  @Nullable Integer iterated(int key) {
    hits++;
    Integer value = live(key);
    access(key);
    return value;
  }

  void put(int key, int value) {
    write(key, value);
  }

  @Nullable Integer getAndPut(int key, int value) {
    Integer prior = live(key);
    count(prior != null);
    write(key, value);
    return prior;
  }

  boolean putIfAbsent(int key, int value) {
    boolean there = live(key) != null;
    count(there);
    return !there && write(key, value);
  }

  @Nullable Integer remove(int key) {
    Integer prior = live(key);
    if (variant.writes()) {
      rows.remove(key);
    }
    if (prior != null) {
      entries.remove(key);
      removals++;
      tell(key, "REMOVED " + prior + ">" + prior);
    }
    return prior;
  }

  boolean remove(int key, int expected) {
    if (!matches(key, expected)) {
      return false;
    }
    remove(key);
    return true;
  }

  private boolean matches(int key, int expected) {
    Integer value = live(key);
    count(value != null);
    if (value != null && value != expected) {
      access(key);
    }
    return value != null && value == expected;
  }

  @Nullable Integer getAndRemove(int key) {
    count(live(key) != null);
    return remove(key);
  }

  @Nullable Integer replace(int key, int value) {
    Integer prior = live(key);
    count(prior != null);
    if (prior != null) {
      write(key, value);
    }
    return prior;
  }

  boolean replace(int key, int expected, int value) {
    return matches(key, expected) && write(key, value);
  }

  void clear() {
    // Whether the expiry of what had just expired was told before nobody can say.
    expireAll();
    entries.clear();
    events.values().forEach(ModelCache::doubtLast);
  }

  private static void doubtLast(List<String> told) {
    int last = told.size() - 1;
    if (last >= 0 && told.get(last).startsWith("EXPIRED")) {
      told.set(last, MAYBE + told.get(last));
    }
  }

  void loadAll(Set<Integer> keys, boolean replace) {
    for (int key : keys) {
      if (replace || live(key) == null) {
        load(key);
      }
    }
  }

  @Nullable Integer invoke(int key, int script, int value) {
    Integer seen = live(key);
    count(seen != null);
    switch (script) {
      case 0:
        return seen == null ? load(key) : accessed(key, seen);
      case 1:
        write(key, value);
        return value;
      case 2:
        remove(key);
        return null;
      case 3:
        return seen == null ? 0 : 1;
      case 4:
        Integer found = seen == null && variant.reads() ? rows.get(key) : seen;
        write(key, found == null ? 0 : (found + 1) % 4);
        return found;
      case 5:
        if (seen != null) {
          remove(key);
        }
        return 0;
      default:
        return key;
    }
  }

  private Integer accessed(int key, Integer value) {
    access(key);
    return value;
  }

  void assertTold(Map<Integer, List<String>> told) {
    events.forEach((key, expected) -> {
      List<String> actual = told.getOrDefault(key, List.of());
      List<String> certain = new ArrayList<>();
      for (String event : expected) {
        boolean maybe = event.startsWith(MAYBE);
        String plain = maybe ? event.substring(MAYBE.length()) : event;
        int next = certain.size();
        if (!maybe || (next < actual.size() && actual.get(next).equals(plain))) {
          certain.add(plain);
        }
      }
      assertThat(actual).as("events of key %d", key).isEqualTo(certain);
    });
  }
}
