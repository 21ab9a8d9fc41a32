package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryView;
import io.nearside.EntryView.Tier;
import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.testserver.RedisServer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.expiry.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What each operation of a cache with copies asks of the server, by the server's own account; beats
 * apart, whose number does not depend on operations.
 */
@Timeout(60)
@Tag("any-jdk")
class RoundTripsOfTwoTierTest {
  private static final Map<String, Integer> NOTHING = Map.of();
  private static final Map<String, Integer> READ = Map.of("eval", 1);
  private static final Map<String, Integer> CHANGE = Map.of("evalsha", 1);
  private static final Map<String, Integer> TWO_CHANGES = Map.of("evalsha", 2);
  private static final Map<String, Integer> READ_AND_CHANGE = Map.of("eval", 1, "evalsha", 1);

  /** Keys that no test uses, enough of them for each of the 256 partitions. */
  private static final int EVERYWHERE = 100_000;

  private static final int MANY = 5_000;
  private static final AtomicInteger MARKERS = new AtomicInteger(-10_000);

  private static RedisServer server;
  private static Bench bench;
  private static CacheManager node;
  private static NearsideCache<Integer, String> cache;

  /** The same on another node, so that there are entries without copies here. */
  private static NearsideCache<Integer, String> elsewhere;

  @BeforeAll
  static void start() throws Exception {
    server = RedisServer.start();
    bench = new Bench(server.address());
    node = bench.node();
    cache = create(node, "plain", twoTier());
    elsewhere = create(bench.node(), "plain", twoTier());
    everyScriptOnce(cache);
    everyScriptOnce(elsewhere);
    create(node, "empty", twoTier()).clear();
  }

  @AfterAll
  static void stop() throws Exception {
    bench.close();
    server.close();
  }

  private static NearsideConfigurationBuilder<Integer, String> twoTier() {
    return NearsideConfiguration.builder(Integer.class, String.class).topology(Topology.TWO_TIER);
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<Integer, String> create(
      CacheManager manager, String name, NearsideConfigurationBuilder<Integer, String> settings) {
    return manager.createCache(name, settings.build()).unwrap(NearsideCache.class);
  }

  /**
   * So that scripts and proofs are known, each partition has its head, and nothing else is done for
   * the first time. What is cleared is another cache, in which the sweeper finds nothing to delete
   * while calls are counted.
   */
  private static void everyScriptOnce(NearsideCache<Integer, String> any) {
    await()
        .until(() -> { // what a node that has just begun puts may not reach Redis in time
          any.put(-1, "a");
          return isCopied(any, -1);
        });
    any.getAll(Set.of(-1, -2));
    any.putAll(numbers(EVERYWHERE, EVERYWHERE + MANY));
    any.invoke(-1, (entry, arguments) -> entry.getValue());
    any.removeAll(numbers(EVERYWHERE, EVERYWHERE + MANY).keySet());
  }

  private static void awaitCopy(NearsideCache<Integer, String> any, int key) {
    await()
        .until(() -> {
          any.get(key);
          return isCopied(any, key);
        });
  }

  /**
   * Waits until the node has heard of all that was changed so far: what it hears late of its own
   * change would end the copy that a later one has left.
   */
  private static void awaitAnnouncements() {
    int marker = MARKERS.decrementAndGet();
    elsewhere.put(marker, "before");
    awaitCopy(cache, marker);
    elsewhere.put(marker, "after");
    await().until(() -> "after".equals(cache.get(marker)));
  }

  private static boolean isCopied(NearsideCache<Integer, String> any, int key) {
    EntryView<String> view = any.entry(key);
    return view != null && view.tier() == Tier.LOCAL;
  }

  private static Map<Integer, String> hundred(int first) {
    return numbers(first, first + 100);
  }

  private static Map<Integer, String> numbers(int from, int to) {
    Map<Integer, String> map = new HashMap<>();
    IntStream.range(from, to).forEach(i -> map.put(i, "v" + i));
    return map;
  }

  private static Map<String, Integer> sent(Runnable operation) throws Exception {
    return Sent.during(server, operation);
  }

  @Test
  void aCopyIsReadForNothing() throws Exception {
    cache.put(1, "a");
    assertThat(sent(() -> assertThat(cache.get(1)).isEqualTo("a"))).isEqualTo(NOTHING);
    assertThat(sent(() -> assertThat(cache.containsKey(1)).isTrue())).isEqualTo(NOTHING);
    assertThat(sent(() -> cache.invoke(1, (entry, arguments) -> entry.getValue())))
        .isEqualTo(NOTHING);
    assertThat(sent(() -> assertThat(isCopied(cache, 1)).isTrue())).isEqualTo(NOTHING);
  }

  @Test
  void whatHasNoCopyIsFetchedOnce() throws Exception {
    elsewhere.put(2, "a");
    assertThat(sent(() -> assertThat(cache.get(2)).isEqualTo("a"))).isEqualTo(READ);
    assertThat(sent(() -> assertThat(cache.get(2)).isEqualTo("a"))).isEqualTo(NOTHING);
    assertThat(sent(() -> assertThat(cache.get(2_000)).isNull())).isEqualTo(READ);
    assertThat(sent(() -> assertThat(cache.get(2_000)).isNull())).isEqualTo(READ);
    assertThat(sent(() -> assertThat(cache.containsKey(2_000)).isFalse())).isEqualTo(READ);
  }

  @Test
  void plainChangesAreOneAndLeaveACopy() throws Exception {
    Map<String, Runnable> changes = RoundTripsOfCachesTest.plainChanges(cache);
    for (Map.Entry<String, Runnable> change : changes.entrySet()) {
      awaitAnnouncements();
      assertThat(sent(change.getValue())).as(change.getKey()).isEqualTo(CHANGE);
      if (!change.getKey().contains("emove")) {
        assertThat(sent(() -> assertThat(cache.get(3)).isNotNull()))
            .as("read after " + change.getKey())
            .isEqualTo(NOTHING);
      }
    }
  }

  private static void appended(int key) {
    appended(cache, key);
  }

  private static void appended(NearsideCache<Integer, String> any, int key) {
    any.invoke(
        key,
        (entry, arguments) -> {
          entry.setValue(entry.getValue() + "+");
          return null;
        });
  }

  @Test
  void comparingChangesAreOneOnACopy() throws Exception {
    cache.putAll(Map.of(41, "a", 42, "a", 43, "a", 44, "a"));
    awaitAnnouncements();
    assertThat(sent(() -> assertThat(cache.replace(41, "a", "b")).isTrue())).isEqualTo(CHANGE);
    assertThat(sent(() -> appended(42))).isEqualTo(CHANGE);
    assertThat(sent(() -> assertThat(cache.remove(43, "a")).isTrue())).isEqualTo(CHANGE);
    assertThat(sent(() -> assertThat(cache.replace(44, "x", "y")).isFalse())).isEqualTo(READ);
    assertThat(sent(() -> assertThat(cache.remove(44, "x")).isFalse())).isEqualTo(READ);
    awaitAnnouncements();
    assertThat(sent(() -> assertThat(cache.get(42)).isEqualTo("a+"))).isEqualTo(NOTHING);
  }

  @Test
  void comparingChangesAreTwoWithoutACopy() throws Exception {
    elsewhere.putAll(Map.of(5, "a", 6, "a", 7, "a"));
    assertThat(sent(() -> assertThat(cache.replace(5, "a", "b")).isTrue()))
        .isEqualTo(READ_AND_CHANGE);
    assertThat(sent(() -> appended(6))).isEqualTo(READ_AND_CHANGE);
    assertThat(sent(() -> assertThat(cache.remove(7, "a")).isTrue())).isEqualTo(READ_AND_CHANGE);
    assertThat(sent(() -> appended(8))).isEqualTo(READ_AND_CHANGE);
  }

  /** The refusal tells the entry that is there. */
  @Test
  void comparingChangesAreTwoOnACopyThatAnotherNodeHasOvertakenInSilence() throws Exception {
    NearsideCache<Integer, String> overtaken = create(node, "overtaken", twoTier());
    String large = "b".repeat(20_000);
    overtake(overtaken, 1, "a", "b");
    assertThat(sent(() -> assertThat(overtaken.replace(1, "a", "c")).isFalse())).isEqualTo(CHANGE);
    overtake(overtaken, 1, "a", "b");
    assertThat(sent(() -> appended(overtaken, 1))).isEqualTo(TWO_CHANGES);
    assertThat(overtaken.get(1)).isEqualTo("b+");
    overtake(overtaken, 1, "a", large);
    assertThat(sent(() -> appended(overtaken, 1))).isEqualTo(TWO_CHANGES);
    assertThat(overtaken.get(1)).isEqualTo(large + "+");
    overtake(overtaken, 1, "a", "a");
    assertThat(sent(() -> assertThat(overtaken.replace(1, "a", large)).isTrue()))
        .isEqualTo(TWO_CHANGES);
    overtake(overtaken, 1, large, large);
    assertThat(sent(() -> assertThat(overtaken.remove(1, large)).isTrue())).isEqualTo(TWO_CHANGES);
    assertThat(overtaken.get(1)).isNull();
  }

  /** Leaves a copy of the first value, while Redis has the second one and says nothing of it. */
  private static void overtake(
      NearsideCache<Integer, String> overtaken, int key, String copied, String stored)
      throws Exception {
    overtaken.put(key, stored);
    String entry = entryOf(overtaken.getName());
    assertThat(server.call("COPY", entry, entry + "-kept", "REPLACE")).isEqualTo(1L);
    awaitAnnouncements();
    overtaken.put(key, copied);
    awaitAnnouncements();
    awaitCopy(overtaken, key);
    assertThat(server.ask("RENAME", entry + "-kept", entry)).isEqualTo("OK");
  }

  /** The name of the only entry of a cache. */
  private static String entryOf(String name) throws Exception {
    List<String> entries = server.keys("{*:" + name + ":v1#*}:*");
    assertThat(entries).hasSize(1);
    return entries.get(0);
  }

  @Test
  void manyKeysAreOneForAllThatHaveNoCopies() throws Exception {
    Set<Integer> all = new HashSet<>(hundred(200).keySet());
    all.addAll(hundred(300).keySet());
    assertThat(sent(() -> cache.putAll(hundred(200)))).isEqualTo(CHANGE);
    assertThat(sent(() -> assertThat(cache.getAll(hundred(200).keySet())).hasSize(100)))
        .isEqualTo(NOTHING);
    elsewhere.putAll(hundred(300));
    assertThat(sent(() -> assertThat(cache.getAll(all)).hasSize(200))).isEqualTo(READ);
    assertThat(sent(() -> assertThat(cache.getAll(all)).hasSize(200))).isEqualTo(NOTHING);
    assertThat(sent(() -> cache.removeAll(all))).isEqualTo(CHANGE);
  }

  @Test
  void moreKeysAreOneForEachFiveHundred() throws Exception {
    Map<Integer, String> many = numbers(10_000, 11_201);
    elsewhere.putAll(many);
    assertThat(sent(() -> assertThat(cache.getAll(many.keySet())).isEqualTo(many)))
        .isEqualTo(Map.of("eval", 3));
    assertThat(sent(() -> cache.putAll(many))).isEqualTo(Map.of("evalsha", 3));
    assertThat(sent(() -> cache.removeAll(many.keySet()))).isEqualTo(Map.of("evalsha", 3));
  }

  @Test
  void clearIsOne() throws Exception {
    NearsideCache<Integer, String> cleared = create(node, "cleared", twoTier());
    cleared.putAll(hundred(0));
    cleared.removeAll(hundred(0).keySet()); // so that there is nothing to sweep
    assertThat(sent(cleared::clear)).isEqualTo(CHANGE);
  }

  @Test
  void aMissThatLoadsIsTwoAndLeavesACopy() throws Exception {
    NearsideCache<Integer, String> loading =
        create(
            node,
            "loading",
            twoTier()
                .loader(FactoryBuilder.factoryOf(new RoundTripsOfCachesTest.Loader()))
                .readThrough(true));
    assertThat(loading.get(0)).isEqualTo("loaded 0");
    assertThat(sent(() -> assertThat(loading.get(1)).isEqualTo("loaded 1")))
        .isEqualTo(Map.of("evalsha", 2));
    assertThat(sent(() -> assertThat(loading.get(1)).isEqualTo("loaded 1"))).isEqualTo(NOTHING);
    assertThat(sent(() -> assertThat(loading.getAll(Set.of(1, 0))).hasSize(2))).isEqualTo(NOTHING);
  }

  /** Redis hears of accesses later, of many at once. */
  @Test
  void accessExpiryLeavesGetOfACopyForNothing() throws Exception {
    NearsideCache<Integer, String> accessed =
        create(
            node,
            "accessed",
            twoTier().expiryPolicy(AccessedExpiryPolicy.factoryOf(Duration.ONE_HOUR)));
    accessed.put(1, "a");
    accessed.get(1);
    assertThat(sent(() -> accessed.get(1))).isEqualTo(NOTHING);
    assertThat(sent(() -> assertThat(accessed.containsKey(1)).isTrue())).isEqualTo(NOTHING);
  }
}
