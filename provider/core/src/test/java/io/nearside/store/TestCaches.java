package io.nearside.store;

import io.nearside.Topology;
import io.nearside.cache.CacheEnvironment;
import io.nearside.cache.StoreCache;
import io.nearside.codec.Copier;
import io.nearside.config.CacheSettings;
import io.nearside.config.ExpirySettings;
import io.nearside.config.JitterSettings;
import io.nearside.config.LoadSettings;
import io.nearside.config.LocalSettings;
import io.nearside.config.RemoteCacheSettings;
import io.nearside.store.local.LocalBound;
import io.nearside.store.local.LocalStore;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.cache.CacheManager;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/** Makes caches over a local store without provider and manager. */
public final class TestCaches<K, V> {
  private final Clock clock;
  private @Nullable Factory<? extends ExpiryPolicy> policy;
  private @Nullable Factory<? extends CacheLoader<K, V>> loader;
  private @Nullable Factory<? extends CacheWriter<? super K, ? super V>> writer;
  private List<CacheEntryListenerConfiguration<K, V>> listeners = List.of();
  private UnaryOperator<Store<K, V>> decorator = UnaryOperator.identity();
  private Copier copier = Copier.byReference();

  public TestCaches(Clock clock) {
    this.clock = clock;
  }

  public TestCaches<K, V> policy(Factory<? extends ExpiryPolicy> made) {
    policy = made;
    return this;
  }

  public TestCaches<K, V> loader(CacheLoader<K, V> made) {
    loader = () -> made;
    return this;
  }

  public TestCaches<K, V> writer(CacheWriter<? super K, ? super V> made) {
    writer = () -> made;
    return this;
  }

  public TestCaches<K, V> listener(CacheEntryListenerConfiguration<K, V> configuration) {
    listeners = List.of(configuration);
    return this;
  }

  public TestCaches<K, V> store(UnaryOperator<Store<K, V>> decorated) {
    decorator = decorated;
    return this;
  }

  public TestCaches<K, V> copier(Copier other) {
    copier = other;
    return this;
  }

  @SuppressWarnings("unchecked")
  public StoreCache<K, V> make(String name) {
    CacheSettings<K, V> settings =
        new CacheSettings<>(
            name,
            (Class<K>) Object.class,
            (Class<V>) Object.class,
            Topology.LOCAL,
            false,
            loader != null,
            writer != null,
            true,
            false,
            new ExpirySettings(policy, null, null, null, null, JitterSettings.NONE),
            new LocalSettings(1_000_000, LocalSettings.UNBOUNDED),
            RemoteCacheSettings.DEFAULT,
            loader,
            LoadSettings.DEFAULT,
            writer,
            listeners,
            CacheSettings.DEFAULT_MAXIMUM_QUEUED_EVENTS,
            null);
    LocalBound bound = new LocalBound(1_000_000, null, null, Runnable::run);
    return new StoreCache<>(
        new CacheEnvironment<>(
            settings,
            manager(),
            observer -> decorator.apply(new LocalStore<>(bound, observer, clock)),
            copier,
            clock,
            SystemRandom.INSTANCE,
            Runnable::run,
            Runnable::run,
            Runnable::run,
            cache -> {}));
  }

  /** One that has a name, and nothing else. */
  public static CacheManager manager() {
    return (CacheManager)
        Proxy.newProxyInstance(
            TestCaches.class.getClassLoader(),
            new Class<?>[] {CacheManager.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getURI")) {
                return URI.create("test:manager");
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }
}
