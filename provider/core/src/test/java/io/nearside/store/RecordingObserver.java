package io.nearside.store;

import io.nearside.EvictionCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Notes all that it is told. Thread-safe. */
public final class RecordingObserver<K, V> implements StoreObserver<K, V> {
  private final ConcurrentLinkedQueue<Told<K, V>> told = new ConcurrentLinkedQueue<>();
  private final Map<K, StoredEntry<V>> current = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> outOfOrder = new ConcurrentLinkedQueue<>();
  private volatile boolean wantsChanges = true;

  /** What was told. */
  public enum Kind {
    CREATED,
    UPDATED,
    REMOVED,
    EXPIRED,
    EVICTED
  }

  /**
   * One call.
   *
   * @param ended the entry that it told the end of
   * @param begun the entry that it told the beginning of
   */
  public record Told<K, V>(
      Kind kind,
      K key,
      @Nullable StoredEntry<V> ended,
      @Nullable StoredEntry<V> begun,
      @Nullable EvictionCause cause) {
    @Override
    public String toString() {
      return kind + " " + key + " " + value(ended) + ">" + value(begun);
    }

    private static @Nullable Object value(@Nullable StoredEntry<?> entry) {
      return entry == null ? null : entry.value();
    }
  }

  public RecordingObserver<K, V> wantsChanges(boolean wants) {
    wantsChanges = wants;
    return this;
  }

  @Override
  public boolean wantsChanges() {
    return wantsChanges;
  }

  @Override
  public void changed(K key, @Nullable StoredEntry<V> prior, @Nullable StoredEntry<V> now) {
    Kind kind = now == null ? Kind.REMOVED : prior == null ? Kind.CREATED : Kind.UPDATED;
    if (prior == null && now == null) {
      outOfOrder.add("nothing became nothing at " + key);
    }
    note(new Told<>(kind, key, prior, now, null));
  }

  @Override
  public void expired(K key, StoredEntry<V> entry) {
    note(new Told<>(Kind.EXPIRED, key, entry, null, null));
  }

  @Override
  public void evicted(K key, StoredEntry<V> entry, EvictionCause cause) {
    told.add(new Told<>(Kind.EVICTED, key, entry, null, cause));
  }

  /** Each end must be that of the entry whose beginning was told last. */
  private void note(Told<K, V> call) {
    told.add(call);
    if (wantsChanges) {
      StoredEntry<V> before =
          call.begun == null ? current.remove(call.key) : current.put(call.key, call.begun);
      if (!isSame(before, call.ended)) {
        outOfOrder.add(call + " after " + (before == null ? null : before.value()));
      }
    }
  }

  private static boolean isSame(@Nullable StoredEntry<?> one, @Nullable StoredEntry<?> other) {
    return one == other || one instanceof VersionedEntry<?> versioned && versioned.isSame(other);
  }

  /** Calls that can't follow those before them; only of use without evictions and clears. */
  public List<String> outOfOrder() {
    return List.copyOf(outOfOrder);
  }

  public List<Told<K, V>> told() {
    return List.copyOf(told);
  }

  /** What was told since last asked, as texts such as {@code UPDATED 1 a>b}. */
  public List<String> news() {
    List<String> news = new ArrayList<>();
    for (Told<K, V> call = told.poll(); call != null; call = told.poll()) {
      news.add(call.toString());
    }
    return news;
  }
}
