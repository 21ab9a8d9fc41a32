package io.nearside;

import java.util.AbstractCollection;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * The keys of a call of {@link NearsideLoader#loadAll(Iterable, Function)}, for {@link
 * NearsideLoader#loadAll(Iterable)}. Who overrides that sees nothing but keys; its default finds
 * whom to tell of their values, too. So no reflection is needed to know what is overridden, and it
 * may be overridden behind a proxy.
 */
final class LoadOfMany<K> extends AbstractCollection<K> {
  private final NearsideLoader<?, ?> asker;
  private final Iterable<? extends K> keys;
  private final Function<? super K, ? extends LoadContext> contexts;

  private LoadOfMany(
      NearsideLoader<?, ?> asker,
      Iterable<? extends K> keys,
      Function<? super K, ? extends LoadContext> contexts) {
    this.asker = asker;
    this.keys = keys;
    this.contexts = contexts;
  }

  /** Tells nobody, for a loader that was asked for values only. */
  private record Unheard(NearsideLoader<?, ?> asker) implements Function<Object, LoadContext> {
    @Override
    public LoadContext apply(Object key) {
      return timeToLive -> {};
    }
  }

  /** The default of {@link NearsideLoader#loadAll(Iterable)}. */
  static <K, V> Map<K, V> byKeys(NearsideLoader<K, V> loader, Iterable<? extends K> keys) {
    return (keys instanceof LoadOfMany<? extends K> many)
        ? many.load(loader)
        : loader.loadAll(keys, new Unheard(loader));
  }

  /**
   * The default of {@link NearsideLoader#loadAll(Iterable, Function)}. Does not ask the loader by
   * the keys alone when it comes from there, for that would lead here again.
   */
  static <K, V> Map<K, V> byContexts(
      NearsideLoader<K, V> loader,
      Iterable<? extends K> keys,
      Function<? super K, ? extends LoadContext> contexts) {
    boolean again =
        keys instanceof LoadOfMany<?> many && many.asker == loader
            || contexts instanceof Unheard unheard && unheard.asker == loader;
    return again
        ? oneByOne(loader, keys, contexts)
        : loader.loadAll(new LoadOfMany<K>(loader, keys, contexts));
  }

  /** A loader that was handed the keys by another one is told whom to tell, too. */
  @SuppressWarnings("unchecked") // the contexts are asked for these keys
  private <L, V> Map<L, V> load(NearsideLoader<L, V> loader) {
    Iterable<? extends L> some = (Iterable<? extends L>) keys;
    Function<L, ? extends LoadContext> told = (Function<L, ? extends LoadContext>) contexts;
    return (asker == loader)
        ? oneByOne(loader, some, told)
        : loader.loadAll(new LoadOfMany<L>(loader, some, told), told);
  }

  private static <K, V> Map<K, V> oneByOne(
      NearsideLoader<K, V> loader,
      Iterable<? extends K> keys,
      Function<? super K, ? extends LoadContext> contexts) {
    Map<K, V> loaded = new HashMap<>();
    for (K key : keys) {
      V value = loader.load(key, contexts.apply(key));
      if (value != null) {
        loaded.put(key, value);
      }
    }
    return loaded;
  }

  @Override
  @SuppressWarnings("unchecked") // they are only read
  public Iterator<K> iterator() {
    return ((Iterable<K>) keys).iterator();
  }

  @Override
  public int size() {
    return (keys instanceof Collection<?> known)
        ? known.size()
        : Math.toIntExact(StreamSupport.stream(keys.spliterator(), false).count());
  }
}
