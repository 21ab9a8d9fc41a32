package io.nearside.store;

import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** For a store that no other node writes: the callers' locks of keys are all that is needed. */
record MarksOfOneNode<K, V>(Store<K, V> store) implements Marks<K, V> {

  @Override
  public Map<K, Marked<V>> markAll(Collection<? extends K> keys, Terms terms, long now) {
    Map<K, Marked<V>> marked = new HashMap<>();
    keys.forEach(key -> marked.put(key, mark(key, terms, now)));
    return marked;
  }

  private Marked<V> mark(K key, Terms terms, long now) {
    if (terms.condition() == Condition.NONE && terms.returning() == Returning.PRESENCE) {
      return new Marked<>(Mark.NONE, Absent.absent());
    }
    Outcome<V> outcome = store.read(key, now);
    boolean live = outcome instanceof StoredEntry<V>;
    boolean met =
        switch (terms.condition()) {
          case NONE -> true;
          case ABSENT -> !live;
          default -> live;
        };
    return new Marked<>(met && !(outcome instanceof Unavailable<V>) ? Mark.NONE : null, outcome);
  }

  @Override
  public AppliedAll<K, V> applyAll(Map<? extends K, MarkedChange<V>> changes, long now) {
    Map<K, Change<V>> plain = new HashMap<>();
    changes.forEach((key, marked) -> plain.put(key, marked.change()));
    return store.applyAll(plain, now);
  }

  @Override
  public void releaseAll(Map<? extends K, Mark> marks) {}
}
