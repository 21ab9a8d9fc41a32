package io.nearside.store;

import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import java.util.Collection;
import java.util.Map;

/**
 * For those who change a key's source before its entry. Who has marked a key knows afterwards
 * whether another one wrote meanwhile: then nobody can say whose value the source heard last, and
 * the entry is removed. While a mark stands nothing is stored of what is being loaded. A mark ends
 * by itself, and with it what was there: who wrote may never be heard of again. Thread-safe.
 */
public interface Marks<K, V> {

  /**
   * How keys are to be marked.
   *
   * @param condition what must hold of the live entry: {@code NONE}, {@code ABSENT} or {@code
   *     PRESENT}
   * @param company whether others may write at the same time
   * @param returning whether the live entry is wanted
   */
  record Terms(Condition condition, Company company, Returning returning) {}

  /** Whether others may write a key at the same time. */
  enum Company {
    /** Others are waited for a moment; if they still write, no entry remains of either. */
    BORNE,
    /** Others are waited for as long as a mark lasts; if they still write, the mark is refused. */
    REFUSED
  }

  /** Marks each key, in as few round trips as the store can; tells failures for each key. */
  Map<K, Marked<V>> markAll(Collection<? extends K> keys, Terms terms, long now);

  /**
   * Applies changes whose source has been told; each ends its mark if it is done. A change that was
   * overtaken is done too, but its {@code current} entry is one that the store does not hold.
   */
  AppliedAll<K, V> applyAll(Map<? extends K, MarkedChange<V>> changes, long now);

  /** Ends marks of keys whose source has not been changed. Does not fail: marks end anyway. */
  void releaseAll(Map<? extends K, Mark> marks);
}
