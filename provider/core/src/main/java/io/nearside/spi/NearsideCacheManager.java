package io.nearside.spi;

import io.nearside.HealthListener;
import io.nearside.NearsideHealth;
import io.nearside.NearsideHealth.Problem;
import io.nearside.NearsideManager;
import io.nearside.Operations;
import io.nearside.Topology;
import io.nearside.cache.CacheEnvironment;
import io.nearside.cache.StoreCache;
import io.nearside.codec.AllowList;
import io.nearside.codec.CodecContext;
import io.nearside.codec.Copier;
import io.nearside.codec.KeyCodec;
import io.nearside.codec.KeyForms;
import io.nearside.codec.SizeEstimator;
import io.nearside.codec.ValueCodec;
import io.nearside.config.CacheSettings;
import io.nearside.config.JournalSettings;
import io.nearside.config.LocalSettings;
import io.nearside.config.ManagerConfiguration;
import io.nearside.config.RemoteCacheSettings;
import io.nearside.config.RemoteSettings;
import io.nearside.config.WarmRecordSettings;
import io.nearside.config.WriteBehindSettings;
import io.nearside.observe.CacheFigures;
import io.nearside.observe.CacheRecorder;
import io.nearside.observe.JmxBean;
import io.nearside.observe.ManagerBean;
import io.nearside.observe.Metrics.CacheMetrics;
import io.nearside.observe.Recorder;
import io.nearside.observe.Seldom;
import io.nearside.observe.Thrown;
import io.nearside.store.Clock;
import io.nearside.store.Keeping;
import io.nearside.store.ReadLog;
import io.nearside.store.Store;
import io.nearside.store.StoreObserver;
import io.nearside.store.SystemRandom;
import io.nearside.store.Trouble;
import io.nearside.store.TroubleWatch;
import io.nearside.store.WriteLog;
import io.nearside.store.disk.DiskLog;
import io.nearside.store.disk.ReadFolder;
import io.nearside.store.disk.WriteForm;
import io.nearside.store.local.LocalBound;
import io.nearside.store.local.LocalBudget;
import io.nearside.store.local.LocalStore;
import io.nearside.store.local.Weigher;
import io.nearside.store.remote.RemoteTier;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.Configuration;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, finds and ends caches (JSR-107 section 3). Thread-safe. */
final class NearsideCacheManager implements NearsideManager {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.spi");

  /** Set while the thread makes a cache or opens a manager: user code may run then. */
  private static final ThreadLocal<Boolean> MAKING = new ThreadLocal<>();

  private final NearsideCachingProvider provider;
  private final URI uri;
  private final ClassLoader loader;
  private final Properties properties;
  private final ManagerConfiguration configuration;
  private final ManagerThreads threads;
  private final Clock clock;
  private final Observability observability;
  private final SizeEstimator estimator = new SizeEstimator();
  private final @Nullable LocalBudget budget;
  private final @Nullable RemoteTier remote;
  private final @Nullable CopyTier copies;
  private final ConcurrentHashMap<String, StoreCache<?, ?>> caches = new ConcurrentHashMap<>();

  /** Held while caches come and go, user factories included, so that no two make the same one. */
  private final ReentrantLock lock = new ReentrantLock();

  /** How often, by what it was for. */
  private final ConcurrentHashMap<String, Long> failedUpkeeps = new ConcurrentHashMap<>();

  private final TroubleWatch watch;
  private final HealthEvents events;
  private final Switchboard switchboard;
  private final JmxBean bean;
  private volatile boolean closed;

  private NearsideCacheManager(
      NearsideCachingProvider provider,
      URI uri,
      ClassLoader loader,
      Properties properties,
      ManagerConfiguration configuration) {
    this.provider = provider;
    this.uri = uri;
    this.loader = loader;
    this.properties = (Properties) properties.clone();
    this.configuration = configuration;
    InstantSource source = configuration.clock();
    this.clock = (source == null) ? Clock.system() : Clock.of(source);
    this.threads = new ManagerThreads(loader);
    this.observability = observability(configuration, threads);
    Long cap = configuration.localMaximumWeight();
    this.budget = (cap == null) ? null : new LocalBudget(cap, threads.upkeep());
    RemoteSettings redis = configuration.remote();
    this.remote = (redis == null) ? null : remote(redis, threads);
    this.copies =
        (remote == null) ? null : new CopyTier(remote, configuration, clock, threads.remote());
    this.watch = new TroubleWatch("cache manager " + uri, clock, LOG);
    this.events = new HealthEvents(this::healthNow, threads.events(), LOG);
    this.switchboard = new Switchboard("cache manager " + uri, remote, clock, caches::values);
    this.bean = JmxBean.ofManager("NearsideManager", uri, new ManagerBean(this));
    this.observability.start(remote, copies);
  }

  private Observability observability(ManagerConfiguration settings, ManagerThreads threads) {
    try {
      return new Observability(settings.metrics(), uri.toString(), clock, this::figures);
    } catch (RuntimeException | Error e) {
      threads.close();
      throw e;
    }
  }

  private RemoteTier remote(RemoteSettings settings, ManagerThreads threads) {
    try {
      return RemoteTier.open(settings, clock, threads.remote(), observability.node());
    } catch (RuntimeException | Error e) {
      observability.close();
      threads.close();
      throw e;
    }
  }

  private Collection<CacheFigures> figures() {
    return caches.values().stream()
        .<CacheFigures>map(cache -> cache.lifecycle().figures())
        .toList();
  }

  /** Opens a manager with the caches that its configuration declares; all of them or none. */
  static NearsideCacheManager open(
      NearsideCachingProvider provider,
      URI uri,
      ClassLoader loader,
      Properties properties,
      ManagerConfiguration configuration) {
    NearsideCacheManager manager =
        new NearsideCacheManager(provider, uri, loader, properties, configuration);
    try {
      return making(() -> {
        for (String name : configuration.declaredCaches()) {
          manager.create(configuration.declared(name));
        }
        manager.bean.register(true);
        manager.threads.every(manager::tick);
        return manager;
      });
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private static <T> T making(Supplier<T> made) {
    if (isMakingHere()) {
      return made.get();
    }
    MAKING.set(true);
    try {
      return made.get();
    } finally {
      MAKING.remove();
    }
  }

  /** Whether this thread runs a factory or the like, maybe under a manager's lock. */
  static boolean isMakingHere() {
    return MAKING.get() != null;
  }

  @Override
  public CachingProvider getCachingProvider() {
    return provider;
  }

  @Override
  public URI getURI() {
    return uri;
  }

  @Override
  public ClassLoader getClassLoader() {
    return loader;
  }

  @Override
  public Properties getProperties() {
    return (Properties) properties.clone();
  }

  @Override
  public <K, V, C extends Configuration<K, V>> Cache<K, V> createCache(
      String cacheName, C cacheConfiguration) {
    requireOpen();
    Objects.requireNonNull(cacheName, "cacheName is null");
    Objects.requireNonNull(cacheConfiguration, "configuration is null");
    lock.lock();
    try {
      requireOpen();
      if (caches.containsKey(cacheName)) {
        throw new CacheException(
            "cache \"" + cacheName + "\" exists in " + uri + "; destroy it first, or get it");
      }
      return making(() -> create(configuration.<K, V>resolve(cacheName, cacheConfiguration)));
    } finally {
      lock.unlock();
    }
  }

  private <K, V> Cache<K, V> create(CacheSettings<K, V> settings) {
    StoreCache<K, V> cache = made(settings);
    try {
      cache.lifecycle().start();
    } catch (RuntimeException | Error e) {
      cache.close();
      throw e;
    }
    caches.put(settings.name(), cache);
    switchboard.made(cache); // nobody has it before this returns, but what is ordered finds it
    return cache;
  }

  private <K, V> StoreCache<K, V> made(CacheSettings<K, V> settings) {
    try {
      return new StoreCache<>(environment(settings));
    } catch (RuntimeException | Error e) {
      configuration.released(settings.name());
      throw e;
    }
  }

  private <K, V> CacheEnvironment<K, V> environment(CacheSettings<K, V> settings) {
    CacheMetrics metrics = observability.metrics(settings);
    CacheRecorder recorder = observability.recorder(settings, metrics);
    return new CacheEnvironment<>(
        settings,
        this,
        recorder,
        metrics,
        observer -> store(settings, observer, recorder),
        copier(settings),
        clock,
        SystemRandom.INSTANCE,
        threads.events(),
        threads.loads(),
        threads.timedLoads(),
        threads.async(),
        this::released,
        behind -> writeLog(settings, behind),
        () -> readLog(settings),
        switchboard.of(settings.name()),
        orders -> configuration.tuned(settings.name(), orders));
  }

  private <K, V> WriteLog<K, V> writeLog(CacheSettings<K, V> settings, WriteBehindSettings behind) {
    JournalSettings journal = behind.journal();
    if (journal == null) {
      return WriteLog.none();
    }
    RemoteTier.Codecs codecs = codecs(settings);
    return DiskLog.open(
        settings.name(),
        journal.directory(),
        new WriteForm<>(codecs.keys(), codecs.values()),
        journal.maximumBytes());
  }

  private <K> @Nullable ReadLog<K> readLog(CacheSettings<K, ?> settings) {
    WarmRecordSettings record = settings.load().record();
    return (record == null)
        ? null
        : ReadFolder.open(
            new ReadFolder.Terms(
                settings.name(), record.directory(), record.clearKeys(), record.maximumKeys()),
            new KeyCodec(codecContext(settings), KeyForms.of(loader)),
            clock);
  }

  private Copier copier(CacheSettings<?, ?> settings) {
    return settings.storeByValue() ? Copier.byValue(settings.name(), loader) : Copier.byReference();
  }

  private <K, V> Store<K, V> store(
      CacheSettings<K, V> settings, StoreObserver<K, V> observer, Recorder recorder) {
    if (settings.topology() == Topology.LOCAL) {
      long blanks = (settings.notFound() == null) ? 0 : settings.notFound().maximumSize();
      return new LocalStore<>(
          bound(settings.local()), observer, clock, Keeping.of(settings.load()), blanks);
    }
    if (remote == null || copies == null) {
      throw new IllegalStateException("settings of a remote cache without a remote tier");
    }
    return (settings.topology() == Topology.REMOTE)
        ? remote.store(settings, codecs(settings), observer, recorder)
        : copies.store(
            settings,
            remote.authority(settings, codecs(settings), observer, recorder),
            bound(settings.local()),
            copier(settings)::copy,
            value -> estimator.weigh(value));
  }

  private RemoteTier.Codecs codecs(CacheSettings<?, ?> settings) {
    RemoteCacheSettings own = settings.remote();
    CodecContext context = codecContext(settings);
    ValueCodec values =
        new ValueCodec(context, own.codec(), own.compression(), own.maximumValueBytes());
    return new RemoteTier.Codecs(new KeyCodec(context, KeyForms.of(loader)), values);
  }

  private CodecContext codecContext(CacheSettings<?, ?> settings) {
    AllowList allowed =
        AllowList.of(
            settings.name(),
            loader,
            List.of(settings.keyType(), settings.valueType()),
            settings.remote().allowedTypes());
    return new CodecContext(
        settings.name(), settings.keyType(), settings.valueType(), loader, allowed);
  }

  private LocalBound bound(LocalSettings local) {
    Weigher weigher = local.weighted() ? this::weigh : null;
    long maximum = local.weighted() ? local.maximumWeight() : local.maximumSize();
    LocalBudget shared = local.weighted() ? budget : null;
    return new LocalBound(maximum, weigher, shared);
  }

  private int weigh(Object key, Object value) {
    return (int) Math.min(Integer.MAX_VALUE, estimator.weigh(key) + estimator.weigh(value));
  }

  private void released(StoreCache<?, ?> cache) {
    configuration.released(cache.getName()); // first, since then there may be another of the name
    caches.remove(cache.getName(), cache);
    failedUpkeeps.remove(shown(cache));
  }

  private static String shown(StoreCache<?, ?> cache) {
    return "cache \"" + cache.getName() + "\"";
  }

  @Override
  @SuppressWarnings("unchecked") // the types have been compared
  public <K, V> @Nullable Cache<K, V> getCache(
      String cacheName, Class<K> keyType, Class<V> valueType) {
    requireOpen();
    Objects.requireNonNull(keyType, "keyType is null");
    Objects.requireNonNull(valueType, "valueType is null");
    StoreCache<?, ?> cache = caches.get(Objects.requireNonNull(cacheName, "cacheName is null"));
    if (cache == null) {
      return null;
    }
    Configuration<?, ?> types = cache.lifecycle().configuration();
    requireType(cacheName, "key", types.getKeyType(), keyType);
    requireType(cacheName, "value", types.getValueType(), valueType);
    return (Cache<K, V>) cache;
  }

  private static void requireType(
      String cacheName, String what, Class<?> configured, Class<?> asked) {
    if (configured != asked) {
      throw new ClassCastException(
          "cache \""
              + cacheName
              + "\": its "
              + what
              + " type is "
              + configured.getName()
              + ", but was asked for as "
              + asked.getName());
    }
  }

  @Override
  @SuppressWarnings("unchecked") // JSR-107 leaves the types to the caller here
  public <K, V> @Nullable Cache<K, V> getCache(String cacheName) {
    requireOpen();
    return (Cache<K, V>) caches.get(Objects.requireNonNull(cacheName, "cacheName is null"));
  }

  @Override
  public Iterable<String> getCacheNames() {
    requireOpen();
    return java.util.Collections.unmodifiableSet(new TreeSet<>(caches.keySet()));
  }

  @Override
  public void destroyCache(String cacheName) {
    requireOpen();
    StoreCache<?, ?> cache = caches.get(Objects.requireNonNull(cacheName, "cacheName is null"));
    if (cache != null) {
      cache.lifecycle().destroy();
    }
  }

  @Override
  public void enableManagement(String cacheName, boolean enabled) {
    requireOpen();
    StoreCache<?, ?> cache = caches.get(Objects.requireNonNull(cacheName, "cacheName is null"));
    if (cache != null) {
      cache.lifecycle().enableManagement(enabled);
    }
  }

  @Override
  public void enableStatistics(String cacheName, boolean enabled) {
    requireOpen();
    StoreCache<?, ?> cache = caches.get(Objects.requireNonNull(cacheName, "cacheName is null"));
    if (cache != null) {
      cache.lifecycle().enableStatistics(enabled);
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      lock.unlock();
    }
    provider.released(this);
    bean.register(false);
    List<StoreCache<?, ?>> open = new ArrayList<>(caches.values());
    for (StoreCache<?, ?> cache : open) {
      try {
        cache.close();
      } catch (RuntimeException e) {
        LOG.warn(
            "cache \"{}\" failed to close; report it with this line: {}",
            cache.getName(),
            Thrown.shown(e));
      }
    }
    try {
      if (copies != null) {
        copies.close();
      }
      if (remote != null) {
        remote.close();
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "cache manager {}: its remote tier failed to close, and connections may stay open;"
              + " report it with this line: {}",
          uri,
          Thrown.shown(e));
    } finally {
      observability.close();
      threads.close();
    }
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new IllegalArgumentException("a cache manager can't be unwrapped to " + type.getName());
  }

  @Override
  public Operations operations() {
    requireOpen();
    return switchboard.all();
  }

  @Override
  public void addHealthListener(HealthListener listener) {
    requireOpen();
    events.add(Objects.requireNonNull(listener, "listener is null"));
  }

  @Override
  public void removeHealthListener(HealthListener listener) {
    events.remove(Objects.requireNonNull(listener, "listener is null"));
  }

  @Override
  public NearsideHealth health() {
    requireOpen();
    return healthNow();
  }

  private NearsideHealth healthNow() {
    List<Problem> problems = new ArrayList<>();
    new TreeMap<>(caches)
        .values()
        .forEach(cache -> problems.addAll(cache.lifecycle().health().problems()));
    long nanos = clock.nanos();
    Instant now = Instant.ofEpochMilli(clock.wallMillis());
    for (Trouble trouble : troubles()) {
      boolean known =
          problems.stream()
              .anyMatch(
                  one -> one.kind() == trouble.kind() && trouble.where().equals(one.master()));
      if (!known) {
        problems.add(
            new Problem(
                trouble.kind(),
                "",
                trouble.where(),
                now.minusNanos(Math.max(0, nanos - trouble.since())),
                trouble.why(),
                "all: no cache of this manager needs it now"));
      }
    }
    return new NearsideHealth(now, problems);
  }

  /** Of what the caches share. */
  private List<Trouble> troubles() {
    List<Trouble> all = new ArrayList<>();
    if (remote != null) {
      all.addAll(remote.troubles());
    }
    if (copies != null) {
      all.addAll(copies.troubles());
    }
    return all;
  }

  /** Lets nothing out: the scheduler would never call it again. */
  private void tick() {
    for (StoreCache<?, ?> cache : caches.values()) {
      upkeep(shown(cache), cache.lifecycle()::tick);
    }
    if (remote != null) {
      upkeep("the remote tier of " + uri, remote::tick);
    }
    if (copies != null) {
      upkeep("the coherence of " + uri, copies::tick);
    }
    upkeep("the orders for " + uri, switchboard::tick);
    upkeep("the health of " + uri, () -> watch.look(troubles()));
    upkeep("the health listeners of " + uri, events::tick);
    upkeep("the summary of " + uri, observability::tick);
    if (budget != null) {
      upkeep("the local weight of " + uri, budget::settle);
    }
  }

  private void upkeep(String what, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      long times = failedUpkeeps.merge(what, 1L, Long::sum);
      if (Seldom.isTold(times)) {
        LOG.warn(
            "{}: upkeep failed ({} times so far), and is tried again at once; see whether the place"
                + " below is code of yours, else report it",
            what,
            times,
            Thrown.silenced(e));
      }
      LOG.debug("{}: upkeep failed", what, e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the cache manager " + uri + " is closed");
    }
  }
}
