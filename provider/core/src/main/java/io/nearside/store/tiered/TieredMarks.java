package io.nearside.store.tiered;

import io.nearside.store.AppliedAll;
import io.nearside.store.Change.Condition;
import io.nearside.store.Mark;
import io.nearside.store.Marked;
import io.nearside.store.MarkedChange;
import io.nearside.store.Marks;
import io.nearside.store.tiered.Copying.Attempt;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The authority's marks. What is there of a marked key lives shorter, so this node's copy ends; and
 * what a change stored becomes one. Thread-safe.
 */
final class TieredMarks<K, V> implements Marks<K, V> {
  private final Marks<K, V> authority;
  private final Copying<K, V> copying;

  TieredMarks(Marks<K, V> authority, Copying<K, V> copying) {
    this.authority = authority;
    this.copying = copying;
  }

  @Override
  public Map<K, Marked<V>> markAll(Collection<? extends K> keys, Terms terms, long now) {
    try {
      return authority.markAll(keys, terms, now);
    } finally {
      keys.forEach(key -> copying.touch(key, null));
    }
  }

  @Override
  public AppliedAll<K, V> applyAll(Map<? extends K, MarkedChange<V>> changes, long now) {
    Map<K, Attempt<K>> attempts = new HashMap<>();
    Set<K> unknown = new HashSet<>(changes.keySet());
    try {
      changes.keySet().forEach(key -> attempts.put(key, copying.begin(key)));
      AppliedAll<K, V> result = authority.applyAll(changes, now);
      result
          .applied()
          .forEach((key, applied) -> {
            Attempt<K> attempt = attempts.get(key);
            if (attempt != null && unknown.remove(key)) {
              copying.applied(attempt, applied, Condition.SAME); // the strictest
            }
          });
      return result;
    } finally {
      unknown.forEach(key -> copying.touch(key, null)); // maybe they were done
      attempts.values().forEach(copying::end);
    }
  }

  @Override
  public void releaseAll(Map<? extends K, Mark> marks) {
    authority.releaseAll(marks);
  }
}
