package io.nearside.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import org.junit.jupiter.api.Test;

/** The traffic through caches that are broken on purpose. */
final class TrafficTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime() % 1_000_000);

  private final Map<Object, Product> remembered = new ConcurrentHashMap<>();

  @Test
  void cacheThatIsSoundPasses() throws Exception {
    Complaints complaints = complaintsOf(4, Map::of);

    assertThat(complaints.count()).as("seed %d: %s", SEED, complaints.first()).isZero();
  }

  @Test
  void cacheThatNeverForgetsIsFoundOut() throws Exception {
    Breakage stale = () -> Map.of("get", this::firstAnswer);

    assertThat(complaintsOf(2, stale).first())
        .as("seed %d", SEED)
        .anyMatch(complaint -> complaint.contains("were possible"));
  }

  @Test
  void cacheThatSharesItsValuesIsFoundOut() throws Exception {
    Breakage shared = () -> Map.of("get", this::sameInstance);

    assertThat(complaintsOf(1, shared).first())
        .as("seed %d", SEED)
        .anyMatch(complaint -> complaint.contains("scribbled by a caller"));
  }

  @Test
  void cacheThatFailsIsFoundOut() throws Exception {
    Breakage failing =
        () ->
            Map.of(
                "put",
                (cache, key) -> {
                  throw new UnsupportedOperationException("no put today");
                });

    assertThat(complaintsOf(2, failing).first())
        .as("seed %d", SEED)
        .anyMatch(complaint -> complaint.contains("no put today"));
  }

  @Test
  void stoppedTrafficEnds() throws Exception {
    Settings endless = new Settings(200, 2, 0, Long.MAX_VALUE, SEED, false, true, null);
    try (Shop shop = Shop.open(endless, Remote.open(endless))) {
      Traffic traffic = new Traffic(shop, endless, 0);

      traffic.run(traffic::stop);

      assertThat(traffic.isStopped()).isTrue();
      assertThat(traffic.reads()).isPositive();
      assertThat(shop.complaints().first()).isEmpty();
    }
  }

  private Product firstAnswer(Cache<Long, Product> cache, Long key) {
    Product old = remembered.computeIfAbsent(key, absent -> cache.get(key));
    return old == null ? null : old.copy();
  }

  private Product sameInstance(Cache<Long, Product> cache, Long key) {
    Product current = cache.get(key);
    return current == null
        ? null
        : remembered.merge(key, current, (old, now) -> old.version() == now.version() ? old : now);
  }

  private Complaints complaintsOf(int threads, Breakage breakage) throws Exception {
    Settings settings = new Settings(200, threads, 0, 5_000, SEED, false, true, null);
    try (Shop sound = Shop.open(settings, Remote.open(settings))) {
      Shop shop = broken(sound, breakage.methods());
      new Traffic(shop, settings, 0).run(() -> {});
      return shop.complaints();
    }
  }

  private static Shop broken(Shop shop, Map<String, Broken> methods) {
    ProductCache cache = shop.cache();
    return new Shop(
        shop.database(),
        shop.loader(),
        new ProductCache(cache.manager(), broken(cache.products(), methods), cache.statistics()),
        shop.history(),
        shop.checker(),
        shop.complaints(),
        shop.locks());
  }

  @SuppressWarnings("unchecked")
  private static Cache<Long, Product> broken(
      Cache<Long, Product> sound, Map<String, Broken> methods) {
    return (Cache<Long, Product>)
        Proxy.newProxyInstance(
            TrafficTest.class.getClassLoader(),
            new Class<?>[] {Cache.class},
            (proxy, method, arguments) -> {
              Broken broken = methods.get(method.getName());
              return broken == null
                  ? invoke(sound, method, arguments)
                  : broken.call(sound, (Long) arguments[0]);
            });
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Methods that do something else than they should, by name. */
  private interface Breakage {
    Map<String, Broken> methods();
  }

  /** What one of them does instead. */
  private interface Broken {
    Object call(Cache<Long, Product> cache, Long key);
  }
}
