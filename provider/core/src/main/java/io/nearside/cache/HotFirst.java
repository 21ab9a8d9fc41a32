package io.nearside.cache;

import io.nearside.Warming;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Those of some candidates that are hot, the hottest first. The candidates are looked through when
 * the first is asked for; no more of them are kept than are hot. For one thread, but for its total.
 */
final class HotFirst<K> implements Iterator<K> {
  private final Iterator<? extends K> candidates;
  private final Supplier<ToDoubleFunction<K>> heats;
  private volatile long total = Warming.UNKNOWN;
  private BooleanSupplier isOver = () -> false;
  private @Nullable Iterator<Hot<K>> sorted;

  private record Hot<K>(K key, double heat) {}

  /**
   * @param heats asked once; what has 0 is left out
   */
  HotFirst(Iterator<? extends K> candidates, Supplier<ToDoubleFunction<K>> heats) {
    this.candidates = candidates;
    this.heats = heats;
  }

  /** When to look no further, before it is asked for anything. */
  void endIf(BooleanSupplier over) {
    isOver = over;
  }

  /** How many there are; {@link Warming#UNKNOWN} until the candidates have been looked through. */
  long total() {
    return total;
  }

  private Iterator<Hot<K>> sorted() {
    Iterator<Hot<K>> known = sorted;
    if (known != null) {
      return known;
    }
    List<Hot<K>> hot = find();
    hot.sort(Comparator.<Hot<K>>comparingDouble(Hot::heat).reversed());
    total = hot.size();
    Iterator<Hot<K>> found = Collections.unmodifiableList(hot).iterator();
    sorted = found;
    return found;
  }

  private List<Hot<K>> find() {
    ToDoubleFunction<K> heat = heats.get();
    List<Hot<K>> hot = new ArrayList<>();
    Set<K> seen = new HashSet<>();
    while (!isOver.getAsBoolean() && candidates.hasNext()) {
      K key = candidates.next();
      double found = (key == null) ? 0 : heat.applyAsDouble(key);
      if (found > 0 && seen.add(key)) {
        hot.add(new Hot<>(key, found));
      }
    }
    return hot;
  }

  @Override
  public boolean hasNext() {
    return sorted().hasNext();
  }

  @Override
  public K next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return sorted().next().key;
  }
}
