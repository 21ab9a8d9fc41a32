package io.nearside.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import org.junit.jupiter.api.Test;

/** The traffic through caches that are broken on purpose. */
final class TrafficTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime() % 1_000_000);

  private static final long READS = 5_000;
  private static final long MOST_COMPLAINTS = 50;

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
    Settings settings = settings(2);
    try (Shop shop = open(settings)) {
      Traffic traffic = new Traffic(shop, settings);

      traffic.begin();
      traffic.stop();
      traffic.await();

      long reads = traffic.reads();
      assertThat(shop.complaints().first()).isEmpty();
      assertThat(traffic.reads()).isEqualTo(reads);
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
    Settings settings = settings(threads);
    try (Shop sound = open(settings)) {
      Shop shop = broken(sound, breakage.methods());
      Traffic traffic = new Traffic(shop, settings);
      traffic.begin();
      while (traffic.reads() < READS && shop.complaints().count() < MOST_COMPLAINTS) {
        Thread.onSpinWait();
      }
      traffic.stop();
      traffic.await();
      return shop.complaints();
    }
  }

  private static Settings settings(int threads) {
    return new Settings(200, threads, 0, READS, 0, SEED, false, true, null);
  }

  private static Shop open(Settings settings) throws SQLException {
    Database database = Database.create(settings);
    Remote none = Remote.open(settings);
    return Shop.open(
        new Setup(settings, Place.ALONE, none.uri(), none.properties(), database.url()), database);
  }

  private static Shop broken(Shop shop, Map<String, Broken> methods) {
    ProductCache cache = shop.cache();
    return new Shop(
        shop.place(),
        shop.database(),
        shop.loader(),
        new ProductCache(cache.manager(), broken(cache.products(), methods), cache.statistics()),
        shop.history(),
        shop.journal(),
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
