package io.nearside;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * A cache, with what Nearside adds to JSR-107: {@code cache.unwrap(NearsideCache.class)}.
 *
 * <p>Thread-safe; every operation is atomic per key.
 */
public interface NearsideCache<K, V> extends Cache<K, V> {

  /**
   * Puts as {@link #put(Object, Object)} does, with options for this entry alone.
   *
   * @throws NullPointerException if an argument is null
   * @throws IllegalStateException if the cache is closed
   * @throws javax.cache.integration.CacheWriterException if writing through fails; nothing is
   *     changed
   */
  void put(K key, V value, EntryOptions options);

  /**
   * Gets a value, and loads it by the given loader if there is none, whether or not the cache has a
   * loader of its own. Callers of one JVM that miss the same key at the same time share one load:
   * of theirs, the loader that came first is called. Counted as a get.
   *
   * @return null if the loader has none; nothing is stored then
   * @throws NullPointerException if an argument is null
   * @throws IllegalStateException if the cache is closed
   * @throws javax.cache.integration.CacheLoaderException if the loader fails, or takes longer than
   *     {@code load.hardTimeout}
   */
  @Nullable V getOrLoad(K key, NearsideLoader<K, V> loader);

  /**
   * Gets several values as {@link #getAll(Set)} does, but a key whose load fails does not hide
   * those of others. The keys that one call of {@link javax.cache.integration.CacheLoader#loadAll}
   * is for fail together.
   *
   * @throws NullPointerException if the keys are null or contain null
   * @throws IllegalStateException if the cache is closed
   */
  PartialResult<K, V> getAllPartial(Set<? extends K> keys);

  /**
   * Has keys loaded anew every {@code refresh.interval} from now on, by one node at a time, so that
   * readers never wait for them; also those that are not there yet. A key that nobody has read on
   * this node for {@code refresh.stopAfterLastAccess}, counted from this call at first, is left
   * alone until somebody does. Chosen keys are not stored: each node chooses for itself, at most
   * 10,000.
   *
   * @throws NullPointerException if the keys are null or contain null
   * @throws ClassCastException if a key is of another type than the cache's
   * @throws IllegalStateException if the cache is closed or has no {@code refresh.interval}
   * @throws IllegalArgumentException if there would be too many; none of them is chosen then
   */
  void autoRefresh(Set<? extends K> keys);

  /**
   * Leaves keys alone again that {@link #autoRefresh} has chosen on this node; others are ignored.
   *
   * @throws NullPointerException if the keys are null or contain null
   * @throws IllegalStateException if the cache is closed
   */
  void endAutoRefresh(Set<? extends K> keys);

  /**
   * Loads those of the keys that are not there, in the background, before somebody asks for them;
   * as any miss is loaded, so together with callers and other nodes that want them. In two-tier
   * what is there is copied to this node.
   *
   * @return under way; at most four of a cache at a time
   * @throws NullPointerException if an argument is null
   * @throws IllegalStateException if the cache is closed, has no loader, or is being warmed four
   *     times already
   */
  Warming warm(Collection<? extends K> keys, WarmOptions options);

  /**
   * The same with keys that are asked for as they are needed, by one thread at a time: those of a
   * stream, say, or of {@link RelatedKeys#with}.
   */
  Warming warm(Iterator<? extends K> keys, WarmOptions options);

  /** The same with the keys that another cache has entries of; their values are loaded. */
  default Warming warmLike(Cache<? extends K, ?> other, WarmOptions options) {
    var entries = other.iterator();
    return warm(
        new Iterator<K>() {
          @Override
          public boolean hasNext() {
            return entries.hasNext();
          }

          @Override
          public K next() {
            return entries.next().getKey();
          }
        },
        options);
  }

  /**
   * Warms, as {@link #warm(Collection, WarmOptions)} does, by the keys that were read within the
   * last hour, the hottest first: on this node, before it was started anew as well, and on all that
   * share its {@code warm.record.directory}. What is recorded is read by the calling thread.
   *
   * @throws NullPointerException if the options are null
   * @throws IllegalStateException as {@code warm} does; and if the cache has no {@code
   *     warm.record}, or one that does not keep keys as they are
   */
  Warming warmFromRecord(WarmOptions options);

  /**
   * The same by those of some keys that were read within the last hour, however they are recorded.
   *
   * @throws NullPointerException if an argument is null
   * @throws IllegalStateException as {@code warm} does; and if the cache has no {@code warm.record}
   */
  Warming warmFromRecord(Collection<? extends K> candidates, WarmOptions options);

  /**
   * The same with candidates that are asked for by one thread of the warming, all before the first
   * load; no more of them are kept in memory than were read.
   */
  Warming warmFromRecord(Iterator<? extends K> candidates, WarmOptions options);

  /**
   * What there is of a key, and what is known of it: for looking at a cache, not for working with
   * it. Loads nothing, counts nothing, is no access for expiry or eviction.
   *
   * @return null if there is nothing, or a fail-safe cache can't tell
   * @throws NullPointerException if the key is null
   * @throws IllegalStateException if the cache is closed
   * @throws RemoteUnavailableException if Redis can't be asked and the cache is fail-fast
   */
  @Nullable EntryView<V> entry(K key);

  /**
   * Ends all entries that have one of some tags, given by {@link EntryOptions} or by {@link
   * LoadContext#tags(Collection)}, as {@link #clear()} ends all: at once for all keys of a
   * partition, on all nodes, without the cache's writer, listeners or statistics. What is being
   * loaded meanwhile and turns out to have one of the tags is not stored, and nothing of it is
   * given any more where a load fails or takes long. Writes that the source has not taken yet stay.
   *
   * <p>Costs a call for each partition in Redis, whatever the number of entries; in {@code local} a
   * walk over the entries. A partition remembers the last 128 tags that were invalidated: an entry
   * with tags that is older than all of them counts as gone.
   *
   * @param tags at most {@value LoadContext#MAXIMUM_TAGS}; none: nothing is done
   * @throws NullPointerException if the tags are null or contain null
   * @throws IllegalArgumentException if there are too many, or one can't be a tag
   * @throws IllegalStateException if the cache is closed
   * @throws RemoteUnavailableException if Redis can't be asked and the cache is fail-fast: maybe
   *     some entries are gone. A fail-safe cache then forgets all of the partitions that could not
   *     be asked, here at once and in Redis when it answers again.
   */
  void invalidateTags(Collection<String> tags);

  /** As {@link #invalidateTags} of one. */
  default void invalidateTag(String tag) {
    invalidateTags(List.of(tag));
  }

  /**
   * The writes that the source has not taken yet, where an operator can look at parked ones, replay
   * and drop them.
   *
   * @return null if the cache has no write-behind
   */
  @Nullable WriteQueue<K, V> writeQueue();

  /**
   * What of this cache does not work as usual just now. Asks nobody and waits for nothing.
   *
   * @throws IllegalStateException if the cache is closed
   */
  NearsideHealth health();

  /**
   * The same cache for those who do not want to wait.
   *
   * @throws IllegalStateException if the cache is closed
   */
  NearsideAsyncCache<K, V> async();

  /** What operators may change of this cache while it runs. */
  Operations operations();
}
