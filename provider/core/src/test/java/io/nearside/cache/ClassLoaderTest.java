package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.config.NearsideConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CompletionListenerFuture;
import javax.cache.spi.CachingProvider;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Applications in one JVM are apart from each other, and go away whole. */
class ClassLoaderTest {
  @RegisterExtension final TestCaches caches = new TestCaches();

  /** An application's own key; no record, as JDK 17's equals of a record holds its loader. */
  static final class AppKey implements Serializable {
    private static final long serialVersionUID = 1L;
    private final int number;

    AppKey(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof AppKey key && key.number == number;
    }

    @Override
    public int hashCode() {
      return number;
    }
  }

  /** An application's own value, which is mutable and so is copied. */
  static final class AppValue implements Serializable {
    private static final long serialVersionUID = 1L;
    final List<String> words = new ArrayList<>();
  }

  /** An application's own loader. */
  static final class AppLoader implements CacheLoader<AppKey, AppValue> {
    @Override
    public AppValue load(AppKey key) {
      AppValue value = new AppValue();
      value.words.add("loaded " + key.number());
      return value;
    }

    @Override
    public Map<AppKey, AppValue> loadAll(Iterable<? extends AppKey> keys) {
      Map<AppKey, AppValue> values = new HashMap<>();
      keys.forEach(key -> values.put(key, load(key)));
      return values;
    }
  }

  /** Uses everything that could hold on to the application's classes; leaves its manager open. */
  static final class App implements Callable<CacheManager> {
    private final CachingProvider provider;
    private final URI uri;

    App(CachingProvider provider, URI uri) {
      this.provider = provider;
      this.uri = uri;
    }

    @Override
    public CacheManager call() throws Exception {
      CacheManager manager = provider.getCacheManager(uri, App.class.getClassLoader());
      AtomicInteger heard = new AtomicInteger();
      Cache<AppKey, AppValue> cache =
          manager.createCache(
              "app",
              NearsideConfiguration.builder(AppKey.class, AppValue.class)
                  .timeToLive(java.time.Duration.ofHours(1))
                  .statistics(true)
                  .management(true)
                  .loader(AppLoader::new)
                  .listener(Listeners.counting(heard, false))
                  .listener(Listeners.of(event -> event.getValue().words.add("heard"), true))
                  .build());
      for (int i = 0; i < 100; i++) {
        cache.put(new AppKey(i), new AppValue());
        cache.get(new AppKey(i)).words.add("mutated");
        cache.invoke(new AppKey(i), (entry, none) -> entry.getValue());
      }
      CompletionListenerFuture loaded = new CompletionListenerFuture();
      cache.loadAll(Set.of(new AppKey(1000)), true, loaded);
      loaded.get();
      while (heard.get() < 101) { // with nothing of the test's that could hold on to this class
        Thread.onSpinWait();
      }
      require(cache.get(new AppKey(1)).words.isEmpty());
      require(cache.get(new AppKey(1000)).words.equals(List.of("loaded 1000")));
      require(cache.get(new AppKey(7)).getClass() == AppValue.class);
      return manager;
    }

    private static void require(boolean condition) {
      if (!condition) {
        throw new IllegalStateException("the cache mixed something up");
      }
    }
  }

  /** Loads this test's classes again, as an application server would for each deployment. */
  private static final class Deployment extends ClassLoader {
    Deployment() {
      super(ClassLoaderTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.nearside.cache.ClassLoaderTest$App")
          && !name.startsWith("io.nearside.cache.Listeners")) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    @SuppressWarnings("unchecked")
    CacheManager run(CachingProvider provider, URI uri) throws Exception {
      var constructor =
          loadClass(App.class.getName()).getDeclaredConstructor(CachingProvider.class, URI.class);
      constructor.setAccessible(true);
      return ((Callable<CacheManager>) constructor.newInstance(provider, uri)).call();
    }
  }

  @Test
  void anApplicationsClassesAreFreedWhenItsManagerCloses() throws Exception {
    WeakReference<ClassLoader> deployed = deployAndClose(caches.provider);
    awaitCollected(deployed);
  }

  private static WeakReference<ClassLoader> deployAndClose(CachingProvider provider)
      throws Exception {
    Deployment deployment = new Deployment();
    CacheManager manager = deployment.run(provider, TestCaches.freshUri());
    assertThat(manager.getClassLoader()).isSameAs(deployment);
    manager.close();
    return new WeakReference<>(deployment);
  }

  @Test
  void closingTheProvidersClassLoaderFreesItToo() throws Exception {
    WeakReference<ClassLoader> deployed = deployAndCloseLoader(caches.provider);
    awaitCollected(deployed);
  }

  private static WeakReference<ClassLoader> deployAndCloseLoader(CachingProvider provider)
      throws Exception {
    Deployment deployment = new Deployment();
    CacheManager manager = deployment.run(provider, TestCaches.freshUri());
    provider.close(deployment);
    assertThat(manager.isClosed()).isTrue();
    return new WeakReference<>(deployment);
  }

  private static void awaitCollected(WeakReference<ClassLoader> deployed) {
    await()
        .atMost(java.time.Duration.ofSeconds(30))
        .until(() -> {
          System.gc();
          return deployed.get() == null;
        });
  }

  @Test
  void oneUriIsTwoManagersForTwoApplications() throws Exception {
    URI uri = TestCaches.freshUri();
    CacheManager one = new Deployment().run(caches.provider, uri);
    CacheManager other = new Deployment().run(caches.provider, uri);
    assertThat(one).isNotSameAs(other);
    assertThat(one.<Object, Object>getCache("app")).isNotSameAs(other.getCache("app"));
    assertThat(beans(uri)).hasSize(4);
    one.getCache("app").removeAll();
    assertThat(one.getCache("app").iterator().hasNext()).isFalse();
    assertThat(other.getCache("app").iterator().hasNext()).isTrue();
    one.close();
    assertThat(beans(uri)).hasSize(2);
    assertThat(other.isClosed()).isFalse();
    assertThat(other.getCache("app").isClosed()).isFalse();
    other.close();
    assertThat(beans(uri)).isEmpty();
  }

  /** Those of caches; managers have one of their own. */
  private static Set<ObjectName> beans(URI uri) throws Exception {
    String manager = uri.toString().replaceAll("[,:=\n*?\"\\\\]", ".");
    return ManagementFactory.getPlatformMBeanServer()
        .queryNames(new ObjectName("javax.cache:CacheManager=" + manager + ",Cache=*,*"), null);
  }
}
