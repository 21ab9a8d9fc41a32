package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.testserver.RedisServer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What each operation of a cache asks of the server, by the server's own account: the budget of
 * remote caches. An operation that sends one command after another pays a round trip for each.
 */
@Timeout(60)
class RoundTripsOfCachesTest {
  /** Keys that no test uses, enough of them for each of the 256 partitions. */
  private static final int EVERYWHERE = 100_000;

  private static final int MANY = 5_000;

  private static RedisServer server;
  private static Bench bench;
  private static CacheManager node;
  private static Cache<Integer, String> cache;

  @BeforeAll
  static void start() throws Exception {
    server = RedisServer.start();
    bench = new Bench(server.address());
    node = bench.node();
    cache = node.createCache("plain", Bench.remote(Integer.class, String.class).build());
    everyScriptOnce(cache);
    node.createCache("empty", Bench.remote(Integer.class, String.class).build()).clear();
  }

  @AfterAll
  static void stop() throws Exception {
    bench.close();
    server.close();
  }

  /**
   * So that scripts are known, each partition has its head, and nothing else is done for the first
   * time. What is cleared is another cache, in which the sweeper finds nothing to delete while
   * calls are counted.
   */
  private static void everyScriptOnce(Cache<Integer, String> any) {
    any.put(1, "a");
    any.putAll(numbers(EVERYWHERE, EVERYWHERE + MANY));
    any.invoke(1, (entry, arguments) -> entry.getValue());
    any.removeAll(numbers(EVERYWHERE, EVERYWHERE + MANY).keySet());
  }

  private static Map<Integer, String> hundred() {
    return numbers(0, 100);
  }

  private static Map<Integer, String> numbers(int from, int to) {
    Map<Integer, String> map = new HashMap<>();
    IntStream.range(from, to).forEach(i -> map.put(i, "v" + i));
    return map;
  }

  private static Map<String, Integer> sent(Runnable operation) throws Exception {
    return Sent.during(server, operation);
  }

  private static final Map<String, Integer> READ = Map.of("mget", 1);
  private static final Map<String, Integer> CHANGE = Map.of("evalsha", 1);
  private static final Map<String, Integer> BOTH = Map.of("mget", 1, "evalsha", 1);

  @Test
  void readsAreOne() throws Exception {
    cache.put(1, "a");
    assertThat(sent(() -> assertThat(cache.get(1)).isEqualTo("a"))).isEqualTo(READ);
    assertThat(sent(() -> assertThat(cache.get(2_000)).isNull())).isEqualTo(READ);
    assertThat(sent(() -> assertThat(cache.containsKey(1)).isTrue())).isEqualTo(READ);
  }

  @Test
  void plainChangesAreOne() throws Exception {
    for (Map.Entry<String, Runnable> change : plainChanges(cache).entrySet()) {
      assertThat(sent(change.getValue())).as(change.getKey()).isEqualTo(CHANGE);
    }
  }

  /** Those that depend on no value, of one key, one after another. */
  static Map<String, Runnable> plainChanges(Cache<Integer, String> cache) {
    Map<String, Runnable> changes = new LinkedHashMap<>();
    changes.put("put, creating", () -> cache.put(3, "a"));
    changes.put("put, updating", () -> cache.put(3, "b"));
    changes.put("putIfAbsent, refused", () -> cache.putIfAbsent(3, "c"));
    changes.put("replace", () -> cache.replace(3, "d"));
    changes.put("getAndReplace", () -> cache.getAndReplace(3, "e"));
    changes.put("getAndPut", () -> assertThat(cache.getAndPut(3, "f")).isEqualTo("e"));
    changes.put("getAndRemove", () -> assertThat(cache.getAndRemove(3)).isEqualTo("f"));
    changes.put("remove, of nothing", () -> assertThat(cache.remove(3)).isFalse());
    changes.put("putIfAbsent, done", () -> assertThat(cache.putIfAbsent(3, "g")).isTrue());
    changes.put("remove", () -> assertThat(cache.remove(3)).isTrue());
    return changes;
  }

  @Test
  void comparingChangesAreTwo() throws Exception {
    cache.put(4, "a");
    assertThat(sent(() -> assertThat(cache.replace(4, "a", "b")).isTrue())).isEqualTo(BOTH);
    assertThat(
            sent(() ->
                cache.invoke(
                    4,
                    (entry, arguments) -> {
                      entry.setValue(entry.getValue() + "c");
                      return null;
                    })))
        .isEqualTo(BOTH);
    assertThat(sent(() -> assertThat(cache.remove(4, "bc")).isTrue())).isEqualTo(BOTH);
    assertThat(sent(() -> assertThat(cache.replace(4, "x", "y")).isFalse())).isEqualTo(READ);
    assertThat(sent(() -> cache.invoke(4, (entry, arguments) -> entry.exists()))).isEqualTo(READ);
  }

  @Test
  void manyKeysAreOne() throws Exception {
    assertThat(sent(() -> cache.putAll(hundred()))).isEqualTo(CHANGE);
    assertThat(sent(() -> assertThat(cache.getAll(hundred().keySet())).hasSize(100)))
        .isEqualTo(READ);
    assertThat(sent(() -> cache.removeAll(hundred().keySet()))).isEqualTo(CHANGE);
  }

  @Test
  void moreKeysAreOneForEachFiveHundred() throws Exception {
    Map<Integer, String> many = numbers(10_000, 11_201);
    cache.putAll(many);
    assertThat(sent(() -> cache.putAll(many))).isEqualTo(Map.of("evalsha", 3));
    assertThat(sent(() -> assertThat(cache.getAll(many.keySet())).isEqualTo(many)))
        .isEqualTo(Map.of("mget", 3));
    assertThat(sent(() -> cache.removeAll(many.keySet()))).isEqualTo(Map.of("evalsha", 3));
  }

  @Test
  void clearIsOne() throws Exception {
    Cache<Integer, String> cleared =
        node.createCache("cleared", Bench.remote(Integer.class, String.class).build());
    cleared.putAll(hundred());
    cleared.removeAll(hundred().keySet()); // so that there is nothing to sweep
    assertThat(sent(cleared::clear)).isEqualTo(CHANGE);
  }

  @Test
  void aMissThatLoadsIsTwo() throws Exception {
    Cache<Integer, String> loading =
        node.createCache(
            "loading",
            Bench.remote(Integer.class, String.class)
                .loader(FactoryBuilder.factoryOf(new Loader()))
                .readThrough(true)
                .build());
    assertThat(loading.get(0)).isEqualTo("loaded 0");
    assertThat(sent(() -> assertThat(loading.get(1)).isEqualTo("loaded 1")))
        .isEqualTo(Map.of("evalsha", 2));
    int hit = sent(() -> loading.get(1)).values().stream().mapToInt(Integer::intValue).sum();
    assertThat(hit).isEqualTo(1);
  }

  /** Loads without any source. */
  static final class Loader implements CacheLoader<Integer, String>, java.io.Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public String load(Integer key) {
      return "loaded " + key;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> all = new HashMap<>();
      keys.forEach(key -> all.put(key, load(key)));
      return all;
    }
  }

  @Test
  void standardPoliciesCostNothing() throws Exception {
    Cache<Integer, String> created =
        node.createCache(
            "created",
            Bench.remote(Integer.class, String.class)
                .expiryPolicy(CreatedExpiryPolicy.factoryOf(Duration.ONE_HOUR))
                .build());
    assertThat(sent(() -> created.put(1, "a"))).isEqualTo(CHANGE);
    assertThat(sent(() -> created.put(1, "b"))).isEqualTo(CHANGE);
    assertThat(sent(() -> created.get(1))).isEqualTo(READ);
  }

  @Test
  void aPolicyOfTheUsersMakesPutTwo() throws Exception {
    Cache<Integer, String> own =
        node.createCache(
            "own",
            Bench.remote(Integer.class, String.class)
                .expiryPolicy(FactoryBuilder.factoryOf(new Own()))
                .build());
    assertThat(sent(() -> own.put(1, "a"))).isEqualTo(BOTH);
    assertThat(sent(() -> own.put(1, "b"))).isEqualTo(BOTH);
    assertThat(sent(() -> own.get(1))).isEqualTo(READ);
  }

  /** Has no access expiry. */
  static final class Own implements ExpiryPolicy, java.io.Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Duration getExpiryForCreation() {
      return new Duration(TimeUnit.HOURS, 2);
    }

    @Override
    public Duration getExpiryForAccess() {
      return null;
    }

    @Override
    public Duration getExpiryForUpdate() {
      return Duration.ONE_HOUR;
    }
  }

  @Test
  void accessExpiryMakesGetTwo() throws Exception {
    Cache<Integer, String> accessed =
        node.createCache(
            "accessed",
            Bench.remote(Integer.class, String.class)
                .expiryPolicy(AccessedExpiryPolicy.factoryOf(Duration.ONE_HOUR))
                .build());
    accessed.put(1, "a");
    accessed.get(1);
    assertThat(sent(() -> accessed.get(1))).isEqualTo(BOTH);
    assertThat(sent(() -> accessed.containsKey(1))).isEqualTo(READ);
  }
}
