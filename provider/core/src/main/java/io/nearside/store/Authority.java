package io.nearside.store;

import io.nearside.store.VersionedEntry.Identity;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The remote tier of a two-tier cache. What it answers is the truth of a master that accepts
 * changes at that moment: reads are fenced, so that one which was replaced or cut off refuses. Its
 * entries are {@link VersionedEntry}s, and every change that a copy somewhere could miss is told to
 * the {@link Hearer}s of all nodes, on the {@linkplain Bus bus} of its master. What becomes of a
 * {@link HotEntry} is not.
 */
public interface Authority<K, V> extends Store<K, V> {

  /** Which part of the cache a key belongs to. */
  int partition(K key);

  /** The hash slot of a partition, 0 to 16383; 0 where there is only one master. */
  int slot(int partition);

  /**
   * The master that is asked for a slot now; null if none is. What it answers may be copied in its
   * epoch alone: while two masters think a slot theirs, the beats of one prove nothing of the
   * other. One that passes a question on to another does not think the slot its own any more.
   */
  Bus.@Nullable Master master(int slot);

  /** Who hears of changes from now on; once, before the first call. */
  void hearer(Hearer<K> hearer);

  /**
   * As {@link #readAll} of the keys, but where the live entry is still the given one it may be
   * answered for without its value: an entry of that identity and value, with the expiry that it
   * has now. Counts as no use.
   */
  default Map<K, Outcome<V>> confirm(Map<K, ? extends VersionedEntry<V>> known, long now) {
    return readAll(known.keySet(), now);
  }

  /**
   * Takes the mark off an entry that has not been written for a while, if it is still the same:
   * from now on it may be copied, and what becomes of it is told. It may fail in silence.
   */
  void cool(K key, HotEntry<V> entry);

  /**
   * As {@link #renewAll}, but no life becomes shorter that another node has prolonged meanwhile.
   */
  default RenewedAll<K> prolongAll(Map<? extends K, Renewal<V>> renewals) {
    return renewAll(renewals);
  }

  /** Hears of the changes that all nodes make, this one too. Called by the bus's threads. */
  interface Hearer<K> {

    /**
     * The key's entry is another one.
     *
     * @param identity of the new entry; null if there is none, or it is not told
     */
    void changed(K key, @Nullable Identity identity);

    /** Something changed in the partition, and nobody can say what. */
    void dropped(int partition);

    /** The partition has got another generation: none of its entries is there any more. */
    void cleared(int partition, long generation);

    /** No entry is there any more that has one of these tags and was there before. */
    void invalidated(Collection<String> tags);

    /** Something changed, and nobody can say where. */
    void droppedAll();
  }
}
