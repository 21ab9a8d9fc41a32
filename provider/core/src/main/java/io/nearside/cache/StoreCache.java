package io.nearside.cache;

import io.nearside.EntryOptions;
import io.nearside.EntryView;
import io.nearside.NearsideAsyncCache;
import io.nearside.NearsideCache;
import io.nearside.NearsideHealth;
import io.nearside.NearsideLoader;
import io.nearside.Operations;
import io.nearside.PartialResult;
import io.nearside.RemoteUnavailableException;
import io.nearside.WarmOptions;
import io.nearside.Warming;
import io.nearside.WriteQueue;
import io.nearside.load.Loads;
import io.nearside.load.Nothing;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.Change.Returning;
import io.nearside.store.Notes;
import io.nearside.store.StoredEntry;
import io.nearside.store.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.integration.CompletionListener;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/**
 * A JCache over a store: checks arguments and state, has the operation done by {@link Reading},
 * {@link Writing}, {@link Bulk} or {@link Invoking}, counts it, and lets synchronous listeners hear
 * of it before it returns.
 *
 * <p>Thread-safe.
 */
public final class StoreCache<K, V> implements NearsideCache<K, V> {
  private final CacheLifecycle<K, V> lifecycle;
  private final CacheParts<K, V> parts;
  private final Reading<K, V> reading;
  private final Writing<K, V> writing;
  private final Bulk<K, V> bulk;
  private final Invoking<K, V> invoking;
  private final Warmer<K, V> warmer;
  private final UnaskedCompletion unasked;
  private final Answers<K, V> answers;
  private final AsyncView<K, V> async;

  /**
   * Makes the cache, its loader, writer, policy and listeners; if one can't be made, what was made
   * before is closed.
   *
   * @throws RuntimeException of the factories
   */
  public StoreCache(CacheEnvironment<K, V> environment) {
    this.lifecycle = new CacheLifecycle<>(this, environment);
    this.parts = lifecycle.parts();
    this.unasked = new UnaskedCompletion(parts.settings().name());
    this.reading =
        new Reading<>(
            parts, lifecycle.loadExecutor(), environment.random(), lifecycle.readRecord());
    lifecycle.keep(reading.autoRefresher());
    this.warmer =
        new Warmer<>(parts, reading.bulkReadThrough(), reading.warmth(), lifecycle.readRecord());
    lifecycle.keep(warmer::close);
    this.writing = new Writing<>(parts);
    this.bulk = new Bulk<>(parts, writing, reading);
    this.invoking = new Invoking<>(parts, writing, reading);
    this.answers = new Answers<>(parts);
    AsyncCalls calls = new AsyncCalls(getName(), environment.async(), parts.recorder());
    lifecycle.keep(calls::close);
    this.async =
        new AsyncView<>(
            this,
            parts,
            new AsyncView.Ways<>(
                new AsyncReading<>(this, parts, reading, environment.async()),
                new AsyncWriting<>(this, parts, writing, bulk, environment.async()),
                calls));
  }

  @Override
  public NearsideAsyncCache<K, V> async() {
    lifecycle.requireOpen();
    return async;
  }

  void requireOpen() {
    lifecycle.requireOpen();
  }

  @Override
  public @Nullable V get(K key) {
    lifecycle.requireOpen();
    Objects.requireNonNull(key, "key is null");
    long now = parts.clock().nanos();
    if (reading.loadsAtOnce()) {
      return tell(() -> reading.findOrLoad(key, now));
    }
    StoredEntry<V> entry = reading.find(key, now);
    return (entry != null) ? reading.hit(key, entry, now) : tell(() -> reading.miss(key, now));
  }

  @Override
  public @Nullable V getOrLoad(K key, NearsideLoader<K, V> loader) {
    lifecycle.requireOpen();
    Types.checkKey(parts.settings(), key);
    Loads<K, V> loads =
        new Loads<>(
            getName(),
            Objects.requireNonNull(loader, "loader is null"),
            Nothing.said(parts.settings().notFound()),
            null,
            parts.recorder());
    long now = parts.clock().nanos();
    return tell(() -> reading.getOrLoad(key, now, loads));
  }

  @Override
  public Map<K, V> getAll(Set<? extends K> keys) {
    lifecycle.requireOpen();
    keys.forEach(key -> Types.checkKey(parts.settings(), key));
    return tell(() -> reading.getAll(keys).all());
  }

  @Override
  public PartialResult<K, V> getAllPartial(Set<? extends K> keys) {
    lifecycle.requireOpen();
    keys.forEach(key -> Types.checkKey(parts.settings(), key));
    return tell(() -> reading.getAll(keys).partial());
  }

  @Override
  public void autoRefresh(Set<? extends K> keys) {
    lifecycle.requireOpen();
    keys.forEach(key -> Types.checkKey(parts.settings(), key));
    AutoRefresher<K, V> refresher = reading.autoRefresher();
    if (refresher == null) {
      throw new IllegalStateException(
          "cache \""
              + getName()
              + "\": autoRefresh needs refresh.interval and a loader: give both");
    }
    refresher.choose(keys);
  }

  @Override
  public void endAutoRefresh(Set<? extends K> keys) {
    lifecycle.requireOpen();
    keys.forEach(key -> Types.checkKey(parts.settings(), key));
    AutoRefresher<K, V> refresher = reading.autoRefresher();
    if (refresher != null) {
      refresher.forget(keys);
    }
  }

  @Override
  public Warming warm(Collection<? extends K> keys, WarmOptions options) {
    List<K> own = new ArrayList<>(keys); // the caller may change it
    return warm(own.iterator(), own.size(), options);
  }

  @Override
  public Warming warm(Iterator<? extends K> keys, WarmOptions options) {
    return warm(Objects.requireNonNull(keys, "keys are null"), Warming.UNKNOWN, options);
  }

  @Override
  public Warming warmFromRecord(WarmOptions options) {
    lifecycle.requireOpen();
    return warmer.warmFromRecord(Objects.requireNonNull(options, "options are null"));
  }

  @Override
  public Warming warmFromRecord(Collection<? extends K> candidates, WarmOptions options) {
    List<K> own = new ArrayList<>(candidates); // the caller may change it
    return warmFromRecord(own.iterator(), options);
  }

  @Override
  public Warming warmFromRecord(Iterator<? extends K> candidates, WarmOptions options) {
    lifecycle.requireOpen();
    return warmer.warmFromRecord(
        Objects.requireNonNull(candidates, "candidates are null"),
        Objects.requireNonNull(options, "options are null"));
  }

  private Warming warm(Iterator<? extends K> keys, long total, WarmOptions options) {
    lifecycle.requireOpen();
    return warmer.warm(keys, total, Objects.requireNonNull(options, "options are null"));
  }

  /** Whether nothing is being loaded at intervals just now. */
  boolean isAutoRefreshIdle() {
    AutoRefresher<K, V> refresher = reading.autoRefresher();
    return refresher == null || refresher.isIdle();
  }

  @Override
  public boolean containsKey(K key) {
    lifecycle.requireOpen();
    Types.checkKey(parts.settings(), key);
    return parts.degraded().entry(parts.store().peek(key, parts.clock().nanos())) != null;
  }

  @Override
  public @Nullable EntryView<V> entry(K key) {
    lifecycle.requireOpen();
    Types.checkKey(parts.settings(), key);
    long now = parts.clock().nanos();
    return reading.view(parts.store().peek(key, now), now);
  }

  @Override
  public void loadAll(
      Set<? extends K> keys, boolean replaceExisting, @Nullable CompletionListener listener) {
    loadAll(keys, replaceExisting, (listener == null) ? unasked : listener, () -> true);
  }

  /**
   * @param wanted whether anybody waits for it still, when its turn has come
   */
  void loadAll(
      Set<? extends K> keys,
      boolean replaceExisting,
      CompletionListener told,
      BooleanSupplier wanted) {
    lifecycle.requireOpen();
    keys.forEach(key -> Types.checkKey(parts.settings(), key));
    Loads<K, V> loads = parts.loads();
    if (loads == null) {
      told.onCompletion();
      return;
    }
    Set<K> own = new HashSet<>();
    keys.forEach(key -> own.add(copy(key))); // here, since the caller may change them later
    try {
      lifecycle
          .loadExecutor()
          .execute(() -> {
            if (wanted.getAsBoolean()) {
              loadAll(own, loads, replaceExisting, told);
            }
          });
    } catch (RejectedExecutionException e) {
      told.onException(
          isClosed()
              ? new IllegalStateException("cache \"" + getName() + "\" is closed", e)
              : new CacheException(
                  "cache \"" + getName() + "\": too many loadAll calls wait already", e));
    }
  }

  private void loadAll(Set<K> keys, Loads<K, V> loads, boolean replace, CompletionListener told) {
    try {
      lifecycle.requireOpen(); // it may have closed while this waited
      tell(() -> {
        bulk.loadAll(keys, loads, replace);
        return null;
      });
    } catch (RuntimeException e) {
      told.onException(e);
      return;
    } catch (Error e) { // the caller waits for an answer
      told.onException(
          new CacheException("cache \"" + getName() + "\": a loadAll ended by " + e, e));
      throw e;
    }
    told.onCompletion();
  }

  @Override
  public void put(K key, V value) {
    put(key, value, parts.expiry());
  }

  @Override
  public void put(K key, V value, EntryOptions options) {
    put(key, value, expiryOf(options));
  }

  /** What an entry of these options is to live by, and to remember. */
  Expiry expiryOf(EntryOptions options) {
    Objects.requireNonNull(options, "options are null");
    Notes notes = Notes.of(null, checkedTags(options.tags()));
    return Expiries.ofEntry(parts.expiry(), options.timeToLive(), notes);
  }

  private List<String> checkedTags(Collection<String> tags) {
    return tags.isEmpty() ? List.of() : Tags.checked("cache \"" + getName() + "\": ", tags);
  }

  private void put(K key, V value, Expiry expiry) {
    lifecycle.requireOpen();
    Types.check(parts.settings(), key, value);
    parts.control().admitChange();
    parts.events().admit();
    long start = parts.clock().nanos(); // after what may have been a wait
    try { // as finish does, but for speed without an object for the operation
      answers.put(writing.put(copy(key), copy(value), expiry, Returning.PRESENCE, start), start);
    } catch (RemoteUnavailableException e) {
      completeAfter(e);
      parts.degraded().forgiveChange(e);
      return;
    } catch (RuntimeException | Error e) {
      completeAfter(e);
      throw e;
    }
    complete();
  }

  @Override
  public @Nullable V getAndPut(K key, V value) {
    long start = begin(key, value);
    parts.control().admitCompound();
    return finish(() ->
        answers.getAndPut(
            writing.put(copy(key), copy(value), parts.expiry(), Returning.ENTRY, start), start));
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> map) {
    lifecycle.requireOpen();
    Objects.requireNonNull(map, "map is null");
    parts.control().admitChange();
    tell(() -> {
      bulk.putAll(map);
      return null;
    });
  }

  @Override
  public boolean putIfAbsent(K key, V value) {
    long start = begin(key, value);
    parts.control().admitCompound();
    return finish(() ->
        answers.putIfAbsent(writing.putIfAbsent(copy(key), copy(value), parts.expiry()), start));
  }

  @Override
  public boolean remove(K key) {
    long start = begin(key);
    parts.control().admitChange();
    return finish(() -> {
      try {
        return answers.remove(writing.remove(copy(key), Change.remove()), start);
      } catch (RemoteUnavailableException e) {
        parts.degraded().forgiveChange(e);
        return false;
      }
    });
  }

  @Override
  public boolean remove(K key, V oldValue) {
    long start = begin(key, oldValue);
    parts.control().admitCompound();
    return finish(() -> {
      Applied<V> applied = compareAndChange(key, oldValue, null);
      return answers.removed(applied.done(), start);
    });
  }

  @Override
  public @Nullable V getAndRemove(K key) {
    long start = begin(key);
    parts.control().admitCompound();
    Change<V> removal = Change.remove();
    return finish(
        () -> answers.getAndRemove(writing.remove(copy(key), removal.returningPrior()), start));
  }

  @Override
  public boolean replace(K key, V oldValue, V newValue) {
    begin(key, oldValue);
    long start = begin(key, newValue);
    parts.control().admitCompound();
    return finish(() -> {
      Applied<V> applied = compareAndChange(key, oldValue, copy(newValue));
      answers.countPut(applied.done(), start);
      return applied.done();
    });
  }

  @Override
  public boolean replace(K key, V value) {
    long start = begin(key, value);
    parts.control().admitCompound();
    return finish(() ->
        answers.replace(
            writing.replace(copy(key), copy(value), parts.expiry(), Returning.PRESENCE), start));
  }

  @Override
  public @Nullable V getAndReplace(K key, V value) {
    long start = begin(key, value);
    parts.control().admitCompound();
    return finish(() ->
        answers.getAndReplace(
            writing.replace(copy(key), copy(value), parts.expiry(), Returning.ENTRY), start));
  }

  @Override
  public void removeAll(Set<? extends K> keys) {
    lifecycle.requireOpen();
    Objects.requireNonNull(keys, "keys are null");
    parts.control().admitChange();
    tell(() -> {
      bulk.removeAll(keys);
      return null;
    });
  }

  @Override
  public void removeAll() {
    lifecycle.requireOpen();
    parts.control().admitCompound();
    tell(() -> {
      bulk.removeAll();
      return null;
    });
  }

  @Override
  public void clear() {
    lifecycle.requireOpen();
    parts.control().admitChange();
    try {
      parts.store().clear();
    } catch (RemoteUnavailableException e) {
      parts.degraded().forgive(e);
    }
  }

  @Override
  public void invalidateTags(Collection<String> tags) {
    lifecycle.requireOpen();
    List<String> checked = checkedTags(Objects.requireNonNull(tags, "tags are null"));
    if (checked.isEmpty()) {
      return;
    }
    parts.control().admitChange();
    try {
      parts.store().invalidateTags(checked);
    } catch (RemoteUnavailableException e) {
      parts.degraded().forgive(e);
    }
  }

  @Override
  public <T> @Nullable T invoke(
      K key, EntryProcessor<K, V, T> entryProcessor, Object... arguments) {
    lifecycle.requireOpen();
    Types.checkKey(parts.settings(), key);
    Objects.requireNonNull(entryProcessor, "entry processor is null");
    return finish(() -> invoking.invoke(key, entryProcessor, arguments));
  }

  @Override
  public <T> Map<K, EntryProcessorResult<T>> invokeAll(
      Set<? extends K> keys, EntryProcessor<K, V, T> entryProcessor, Object... arguments) {
    lifecycle.requireOpen();
    Objects.requireNonNull(entryProcessor, "entry processor is null");
    keys.forEach(key -> Types.checkKey(parts.settings(), key));
    Map<K, EntryProcessorResult<T>> results = new HashMap<>();
    for (K key : keys) {
      try {
        T result = invoke(key, entryProcessor, arguments);
        if (result != null) {
          results.put(key, () -> result);
        }
      } catch (RuntimeException e) {
        results.put(key, failed(e));
      }
    }
    return results;
  }

  private static <T> EntryProcessorResult<T> failed(RuntimeException e) {
    EntryProcessorException thrown =
        (e instanceof EntryProcessorException known) ? known : new EntryProcessorException(e);
    return () -> {
      throw thrown;
    };
  }

  @Override
  public Iterator<javax.cache.Cache.Entry<K, V>> iterator() {
    lifecycle.requireOpen();
    return new EntryIterator<>(parts, reading, lifecycle::requireOpen, this::remove);
  }

  @Override
  public @Nullable WriteQueue<K, V> writeQueue() {
    return lifecycle.writeQueue();
  }

  @Override
  public Operations operations() {
    return lifecycle.operations();
  }

  @Override
  public NearsideHealth health() {
    lifecycle.requireOpen();
    return lifecycle.health();
  }

  @Override
  public String getName() {
    return parts.settings().name();
  }

  @Override
  public CacheManager getCacheManager() {
    return lifecycle.manager();
  }

  @Override
  public <C extends Configuration<K, V>> C getConfiguration(Class<C> type) {
    Configuration<K, V> view = lifecycle.configuration();
    if (type.isInstance(view)) {
      return type.cast(view);
    }
    throw new IllegalArgumentException(
        "cache \"" + getName() + "\": no configuration of type " + type.getName());
  }

  @Override
  public void registerCacheEntryListener(CacheEntryListenerConfiguration<K, V> configuration) {
    lifecycle.requireOpen();
    Objects.requireNonNull(configuration, "configuration is null");
    parts.events().register(configuration);
  }

  @Override
  public void deregisterCacheEntryListener(CacheEntryListenerConfiguration<K, V> configuration) {
    lifecycle.requireOpen();
    Objects.requireNonNull(configuration, "configuration is null");
    parts.events().deregister(configuration);
  }

  @Override
  public void close() {
    lifecycle.close();
  }

  @Override
  public boolean isClosed() {
    return lifecycle.isClosed();
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    T behind = parts.store().unwrap(type);
    if (behind == null) {
      throw new IllegalArgumentException(
          "cache \"" + getName() + "\": can't be unwrapped to " + type.getName());
    }
    return behind;
  }

  /** What the manager needs of the cache. */
  public CacheLifecycle<K, V> lifecycle() {
    return lifecycle;
  }

  private long begin(K key) {
    lifecycle.requireOpen();
    Types.checkKey(parts.settings(), key);
    return parts.clock().nanos();
  }

  private long begin(K key, V value) {
    lifecycle.requireOpen();
    Types.check(parts.settings(), key, value);
    return parts.clock().nanos();
  }

  /** For a change of one key: has it wait for room in the listeners' queues, and told. */
  private <T extends @Nullable Object> T finish(Operation<T> operation) {
    parts.events().admit();
    return tell(operation);
  }

  /**
   * Lets synchronous listeners hear of what the operation did, even if it failed half way, and of
   * what listeners that came meanwhile are to hear.
   */
  <T extends @Nullable Object> T tell(Operation<T> operation) {
    T result;
    try {
      result = operation.run();
    } catch (RuntimeException | Error e) {
      completeAfter(e);
      throw e;
    }
    complete();
    return result;
  }

  private void completeAfter(Throwable failure) {
    try {
      complete();
    } catch (RuntimeException e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }

  /**
   * Inside a processor or writer no listener is run, since it may want what is held here; the
   * operation around it does that when it holds nothing any more.
   */
  private void complete() {
    if (parts.events().settled()) {
      return;
    }
    if (KeyLocks.anyHeldHere()) {
      parts.events().completeAsynchronous();
    } else {
      parts.events().complete();
    }
  }

  @FunctionalInterface
  interface Operation<T extends @Nullable Object> {
    T run();
  }

  private <T> T copy(T object) {
    return parts.copier().copy(object);
  }

  /** An entry that was compared and did not match has been accessed. */
  private Applied<V> compareAndChange(K key, V oldValue, @Nullable V newValue) {
    K own = copy(key);
    try (Attempts<K, V> attempts = writing.attempts(own)) {
      Applied<V> applied = writing.compareAndChange(own, oldValue, newValue, attempts);
      answers.countHit(applied.existed());
      StoredEntry<V> seen = applied.prior();
      if (!applied.done() && seen != null) {
        reading.accessed(own, seen, parts.clock().nanos(), attempts);
      }
      return applied;
    }
  }
}
