package io.nearside.store;

import io.nearside.Operations;
import io.nearside.Topology;
import io.nearside.cache.AsyncNode;
import io.nearside.cache.CacheEnvironment;
import io.nearside.cache.StoreCache;
import io.nearside.codec.Copier;
import io.nearside.config.CacheSettings;
import io.nearside.config.ExpirySettings;
import io.nearside.config.JitterSettings;
import io.nearside.config.LoadSettings;
import io.nearside.config.LocalSettings;
import io.nearside.config.NotFoundSettings;
import io.nearside.config.RemoteCacheSettings;
import io.nearside.observe.CacheRecorder;
import io.nearside.observe.Metrics.CacheMetrics;
import io.nearside.store.local.LocalBound;
import io.nearside.store.local.LocalStore;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import javax.cache.CacheManager;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/** Makes caches over a local store without provider and manager. */
public final class CacheMaker<K, V> {
  private final Clock clock;
  private CacheManager manager = manager();
  private Class<?> keyType = Object.class;
  private Class<?> valueType = Object.class;
  private Topology topology = Topology.LOCAL;
  private ExpirySettings expiry =
      new ExpirySettings(null, null, null, null, null, JitterSettings.NONE);
  private @Nullable Factory<? extends CacheLoader<K, V>> loader;
  private @Nullable Factory<? extends CacheWriter<? super K, ? super V>> writer;
  private List<CacheEntryListenerConfiguration<K, V>> listeners = List.of();
  private LoadSettings load = LoadSettings.DEFAULT;
  private @Nullable NotFoundSettings notFound;
  private Function<StoreObserver<K, V>, Store<K, V>> stores;
  private RandomGenerator random = SystemRandom.INSTANCE;
  private Executor loads = Runnable::run;
  private Executor timedLoads = Runnable::run;
  private Supplier<@Nullable ReadLog<K>> readLog = () -> null;
  private Copier copier = Copier.byReference();

  public CacheMaker(Clock clock) {
    this.clock = clock;
    this.stores = observer -> new LocalStore<>(bound(), observer, clock);
  }

  /** Room for all that a test stores. */
  public static LocalBound bound() {
    return new LocalBound(1_000_000, null, null);
  }

  public CacheMaker<K, V> manager(CacheManager other) {
    manager = other;
    return this;
  }

  public CacheMaker<K, V> types(Class<K> keys, Class<V> values) {
    keyType = keys;
    valueType = values;
    return this;
  }

  public CacheMaker<K, V> topology(Topology other) {
    topology = other;
    return this;
  }

  public CacheMaker<K, V> policy(Factory<? extends ExpiryPolicy> made) {
    return expiry(new ExpirySettings(made, null, null, null, null, JitterSettings.NONE));
  }

  public CacheMaker<K, V> timeToLive(Duration time) {
    return expiry(new ExpirySettings(null, time, null, null, null, JitterSettings.NONE));
  }

  public CacheMaker<K, V> expiry(ExpirySettings settings) {
    expiry = settings;
    return this;
  }

  public CacheMaker<K, V> load(LoadSettings settings) {
    load = settings;
    return this;
  }

  public CacheMaker<K, V> notFound(@Nullable NotFoundSettings settings) {
    notFound = settings;
    return this;
  }

  public CacheMaker<K, V> random(RandomGenerator other) {
    random = other;
    return this;
  }

  /** What serves {@code loadAll} and refreshes. */
  public CacheMaker<K, V> loads(Executor executor) {
    loads = executor;
    return this;
  }

  public CacheMaker<K, V> timedLoads(Executor executor) {
    timedLoads = executor;
    return this;
  }

  public CacheMaker<K, V> readLog(Supplier<@Nullable ReadLog<K>> opened) {
    readLog = opened;
    return this;
  }

  public CacheMaker<K, V> loader(CacheLoader<K, V> made) {
    loader = () -> made;
    return this;
  }

  public CacheMaker<K, V> writer(CacheWriter<? super K, ? super V> made) {
    writer = () -> made;
    return this;
  }

  public CacheMaker<K, V> listener(CacheEntryListenerConfiguration<K, V> configuration) {
    listeners = List.of(configuration);
    return this;
  }

  public CacheMaker<K, V> store(UnaryOperator<Store<K, V>> decorated) {
    return stores(observer -> decorated.apply(new LocalStore<>(bound(), observer, clock)));
  }

  public CacheMaker<K, V> stores(Function<StoreObserver<K, V>, Store<K, V>> made) {
    stores = made;
    return this;
  }

  public CacheMaker<K, V> copier(Copier other) {
    copier = other;
    return this;
  }

  @SuppressWarnings("unchecked")
  public StoreCache<K, V> make(String name) {
    boolean local = topology == Topology.LOCAL;
    CacheSettings<K, V> settings =
        new CacheSettings<>(
            name,
            (Class<K>) keyType,
            (Class<V>) valueType,
            topology,
            !local,
            loader != null,
            writer != null,
            true,
            false,
            expiry,
            local ? new LocalSettings(1_000_000, LocalSettings.UNBOUNDED) : LocalSettings.NONE,
            RemoteCacheSettings.DEFAULT,
            loader,
            load,
            writer,
            listeners,
            CacheSettings.DEFAULT_MAXIMUM_QUEUED_EVENTS,
            null,
            notFound);
    return new StoreCache<>(
        new CacheEnvironment<>(
            settings,
            manager,
            new CacheRecorder(true, clock::nanos),
            CacheMetrics.NONE,
            stores,
            copier,
            clock,
            random,
            Runnable::run,
            loads,
            timedLoads,
            new AsyncNode(Runnable::run, Runnable::run, Runnable::run),
            cache -> {},
            behind -> WriteLog.none(),
            readLog,
            NOBODY,
            orders -> settings));
  }

  /** Takes no orders. */
  private static final Operations NOBODY =
      (Operations)
          Proxy.newProxyInstance(
              CacheMaker.class.getClassLoader(),
              new Class<?>[] {Operations.class},
              (proxy, method, arguments) -> {
                throw new UnsupportedOperationException(method.getName());
              });

  /** One that has a name, and nothing else. */
  public static CacheManager manager() {
    return (CacheManager)
        Proxy.newProxyInstance(
            CacheMaker.class.getClassLoader(),
            new Class<?>[] {CacheManager.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getURI")) {
                return URI.create("test:manager");
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }
}
