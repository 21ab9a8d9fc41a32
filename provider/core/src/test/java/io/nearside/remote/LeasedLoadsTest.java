package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.config.NearsideConfigurationBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes that miss the same keys at the same time load each once. */
@Tag("any-jdk")
@Timeout(120)
class LeasedLoadsTest {
  private static final Consumer<NearsideConfigurationBuilder<Integer, String>> IMPATIENT =
      builder -> builder.load(load -> load.hardTimeout(Duration.ofMillis(300)));

  @RegisterExtension static final BenchRedis REDIS = new BenchRedis();

  private final Source source = new Source();

  @AfterEach
  void close() {
    source.gate.countDown();
  }

  /** Its loads wait for a gate. */
  private static final class Source implements CacheLoader<Integer, String> {
    final Map<Integer, AtomicInteger> loads = new ConcurrentHashMap<>();
    final AtomicInteger begun = new AtomicInteger();
    volatile CountDownLatch gate = new CountDownLatch(1);
    volatile Callable<String> answer = () -> "loaded";

    @Override
    public String load(Integer key) {
      loads.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
      begun.incrementAndGet();
      pass();
      try {
        return answer.call();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    private void pass() {
      try {
        assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> values = new HashMap<>();
      keys.forEach(key -> loads.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet());
      begun.incrementAndGet();
      pass();
      keys.forEach(key -> values.put(key, "loaded"));
      return values;
    }

    int total() {
      return loads.values().stream().mapToInt(AtomicInteger::get).sum();
    }
  }

  private Cache<Integer, String> node(
      Topology topology, Consumer<NearsideConfigurationBuilder<Integer, String>> more) {
    NearsideConfigurationBuilder<Integer, String> builder =
        Bench.remote(Integer.class, String.class).topology(topology).eternal().loader(source);
    more.accept(builder);
    Cache<Integer, String> cache = REDIS.bench().node().createCache("leased", builder.build());
    await().ignoreExceptions().until(() -> !cache.containsKey(-1));
    return cache;
  }

  private Cache<Integer, String> node(Topology topology) {
    return node(topology, builder -> {});
  }

  private static <T> FutureTask<T> ask(Callable<T> question) {
    FutureTask<T> task = new FutureTask<>(question);
    Thread thread = new Thread(task, "caller");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private static <T> T answer(FutureTask<T> task) throws Exception {
    return task.get(60, TimeUnit.SECONDS);
  }

  /** Until somebody waits for a load: he has left word in its lease. */
  private void awaitWaiter() {
    await()
        .until(() -> {
          for (String name : REDIS.server().keys("*" + REDIS.bench().namespace + "*!l:*")) {
            if (REDIS.server().ask("GETRANGE", name, 23, 23).equals("\u0001")) {
              return true;
            }
          }
          return false;
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void oneOfAllNodesLoads(Topology topology) throws Exception {
    List<Cache<Integer, String>> nodes = List.of(node(topology), node(topology), node(topology));
    List<FutureTask<String>> answers = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      Cache<Integer, String> cache = nodes.get(i % 3);
      answers.add(ask(() -> cache.get(7)));
    }
    await().until(() -> source.total() > 0);
    awaitWaiter();
    source.gate.countDown();
    for (FutureTask<String> answer : answers) {
      assertThat(answer(answer)).isEqualTo("loaded");
    }
    assertThat(source.total()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void keysOfSeveralNodesAreLoadedOnceEach(Topology topology) throws Exception {
    Cache<Integer, String> one = node(topology);
    Cache<Integer, String> other = node(topology);
    Set<Integer> low = IntStream.range(0, 60).boxed().collect(Collectors.toSet());
    Set<Integer> high = IntStream.range(40, 100).boxed().collect(Collectors.toSet());
    FutureTask<Map<Integer, String>> first = ask(() -> one.getAll(low));
    await().until(() -> source.begun.get() == 1);
    FutureTask<Map<Integer, String>> second = ask(() -> other.getAll(high));
    await().until(() -> source.begun.get() == 2);
    source.gate.countDown();
    assertThat(answer(first)).hasSize(60);
    assertThat(answer(second)).hasSize(60);
    assertThat(source.loads).hasSize(100);
    assertThat(source.total()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void whoWaitedLoadsWhenTheOthersLoadFails(Topology topology) throws Exception {
    Cache<Integer, String> one = node(topology);
    Cache<Integer, String> other = node(topology);
    AtomicInteger calls = new AtomicInteger();
    source.answer =
        () -> {
          if (calls.incrementAndGet() == 1) {
            throw new IllegalStateException("out of order");
          }
          return "loaded";
        };
    FutureTask<String> first = ask(() -> one.get(7));
    await().until(() -> source.total() == 1);
    FutureTask<String> second = ask(() -> other.get(7));
    awaitWaiter();
    source.gate.countDown();
    assertThatThrownBy(() -> answer(first)).hasRootCauseMessage("out of order");
    assertThat(answer(second)).isEqualTo("loaded");
    assertThat(source.total()).isEqualTo(2);
  }

  @Test
  void eachNodeTriesAFailingLoaderOnce() throws Exception {
    source.answer =
        () -> {
          throw new IllegalStateException("out of order");
        };
    List<FutureTask<String>> answers = new ArrayList<>();
    Cache<Integer, String> first = node(Topology.REMOTE);
    List<Cache<Integer, String>> others =
        List.of(node(Topology.REMOTE), node(Topology.REMOTE), node(Topology.REMOTE));
    answers.add(ask(() -> first.get(7)));
    await().until(() -> source.total() == 1);
    others.forEach(cache -> answers.add(ask(() -> cache.get(7))));
    awaitWaiter();
    source.gate.countDown();
    for (FutureTask<String> answer : answers) {
      assertThatThrownBy(() -> answer(answer)).hasRootCauseMessage("out of order");
    }
    assertThat(source.total()).isEqualTo(4);
  }

  @Test
  void whatTheSourceDoesNotHaveIsAskedForByEachNodeOnce() throws Exception {
    Cache<Integer, String> one = node(Topology.REMOTE);
    Cache<Integer, String> other = node(Topology.REMOTE);
    source.answer = () -> null;
    FutureTask<String> first = ask(() -> one.get(7));
    await().until(() -> source.total() == 1);
    FutureTask<String> second = ask(() -> other.get(7));
    awaitWaiter();
    source.gate.countDown();
    assertThat(answer(first)).isNull();
    assertThat(answer(second)).isNull();
    assertThat(source.total()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void aChangeEndsTheWait(Topology topology) throws Exception {
    Cache<Integer, String> one = node(topology);
    Cache<Integer, String> other = node(topology);
    FutureTask<String> first = ask(() -> one.get(7));
    await().until(() -> source.total() == 1);
    FutureTask<String> second = ask(() -> other.get(7));
    awaitWaiter();
    one.put(7, "put");
    assertThat(answer(second)).isEqualTo("put");
    source.gate.countDown();
    answer(first);
    assertThat(other.get(7)).isEqualTo("put");
    assertThat(source.total()).isEqualTo(1);
  }

  /** What was loaded before may not be stored, so nobody waits for it. */
  @Test
  void whoAsksAfterAClearDoesNotWait() throws Exception {
    Cache<Integer, String> one = node(Topology.REMOTE);
    Cache<Integer, String> other = node(Topology.REMOTE);
    FutureTask<String> first = ask(() -> one.get(7));
    await().until(() -> source.total() == 1);
    other.clear();
    FutureTask<String> second = ask(() -> other.get(7));
    await().until(() -> source.total() == 2);
    source.gate.countDown();
    assertThat(answer(first)).isEqualTo("loaded");
    assertThat(answer(second)).isEqualTo("loaded");
  }

  @Test
  void aLostLeaseIsWaitedForNoLonger() throws Exception {
    Cache<Integer, String> one = node(Topology.REMOTE);
    Cache<Integer, String> other = node(Topology.REMOTE);
    AtomicInteger versions = new AtomicInteger();
    source.answer = () -> "version " + versions.incrementAndGet();
    FutureTask<String> first = ask(() -> one.get(7));
    await().until(() -> source.total() == 1);
    FutureTask<String> second = ask(() -> other.get(7));
    awaitWaiter();
    REDIS.server().ask("FLUSHALL");
    await().until(() -> source.total() == 2);
    source.gate.countDown();
    answer(first);
    String loaded = answer(second);
    // The first load's lease is lost: only what the second brought is stored.
    assertThat(one.get(7)).isEqualTo(loaded);
    assertThat(source.total()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void aWaiterGivesUpWhenItsTimeIsOver(Topology topology) throws Exception {
    Cache<Integer, String> one = node(topology);
    Cache<Integer, String> other = node(topology, IMPATIENT);
    FutureTask<String> first = ask(() -> one.get(7));
    await().until(() -> source.total() == 1);
    assertThatThrownBy(() -> other.get(7))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("load.hardTimeout");
    assertThat(other.unwrap(NearsideCache.class).getAllPartial(Set.of(7)).failures()).hasSize(1);
    assertThat(source.total()).isEqualTo(1);
    source.gate.countDown();
    assertThat(answer(first)).isEqualTo("loaded");
    assertThat(other.get(7)).isEqualTo("loaded");
  }

  /** Who has lost patience with its own load lets other nodes try. */
  @Test
  void aLoadThatTakesTooLongIsNotWaitedFor() throws Exception {
    Cache<Integer, String> one = node(Topology.REMOTE, IMPATIENT);
    Cache<Integer, String> other = node(Topology.REMOTE);
    assertThatThrownBy(() -> one.get(7)).isInstanceOf(CacheLoaderException.class);
    FutureTask<String> second = ask(() -> other.get(7));
    await().until(() -> source.total() == 2);
    source.gate.countDown();
    assertThat(answer(second)).isEqualTo("loaded");
  }

  /** A load that ends when its caller has left is stored, unless its key was changed meanwhile. */
  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void whatIsLoadedLateOvertakesNobody(Topology topology) throws Exception {
    Cache<Integer, String> one =
        node(topology, builder -> builder.load(load -> load.hardTimeout(Duration.ofSeconds(3))));
    Cache<Integer, String> other = node(topology);
    List<FutureTask<String>> callers = new ArrayList<>();
    for (int key = 1; key <= 4; key++) {
      int each = key;
      callers.add(ask(() -> one.get(each)));
    }
    for (FutureTask<String> caller : callers) {
      assertThatThrownBy(() -> answer(caller))
          .hasCauseInstanceOf(CacheLoaderException.class)
          .hasMessageContaining("load.hardTimeout");
    }
    other.put(2, "put");
    other.put(3, "put");
    other.remove(3);
    other.remove(4);
    source.gate.countDown();
    await().until(() -> one.containsKey(1) && other.containsKey(1));
    await()
        .during(Duration.ofMillis(300))
        .untilAsserted(() -> {
          for (Cache<Integer, String> node : List.of(one, other)) {
            assertThat(node.get(1)).isEqualTo("loaded");
            assertThat(node.get(2)).isEqualTo("put");
            assertThat(node.containsKey(3)).isFalse();
            assertThat(node.containsKey(4)).isFalse();
          }
        });
    assertThat(source.total()).isEqualTo(4);
  }

  @Test
  void aLoadThatNeverEndsIsWaitedForTwoLeases() throws Exception {
    Consumer<NearsideConfigurationBuilder<Integer, String>> brief =
        builder -> builder.load(load -> load.lease(Duration.ofSeconds(1)));
    Cache<Integer, String> one = node(Topology.REMOTE, brief);
    Cache<Integer, String> other = node(Topology.REMOTE, brief);
    FutureTask<String> first = ask(() -> one.get(7));
    await().until(() -> source.total() == 1);
    FutureTask<String> second = ask(() -> other.get(7));
    await().until(() -> source.total() == 2);
    source.gate.countDown();
    assertThat(answer(second)).isEqualTo(answer(first));
  }

  /** Each loader asks for the key that the other node loads. */
  @Test
  void loadsOfSeveralNodesDoNotWaitInACircle() throws Exception {
    Consumer<NearsideConfigurationBuilder<Integer, String>> patient =
        builder -> builder.load(load -> load.lease(Duration.ofMinutes(5)));
    Cache<Integer, String> one = node(Topology.REMOTE, patient);
    Cache<Integer, String> other = node(Topology.REMOTE, patient);
    CountDownLatch both = new CountDownLatch(2);
    FutureTask<String> first = ask(() -> nested(one, 1, 2, both));
    FutureTask<String> second = ask(() -> nested(other, 2, 1, both));
    source.gate.countDown();
    assertThat(answer(first)).isNotNull();
    assertThat(answer(second)).isNotNull();
  }

  @SuppressWarnings("unchecked") // the cache's own types
  private static String nested(
      Cache<Integer, String> cache, int key, int inner, CountDownLatch both) {
    return cache
        .unwrap(NearsideCache.class)
        .getOrLoad(
            key,
            (id, context) -> {
              both.countDown();
              try {
                assertThat(both.await(60, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return "of " + cache.get(inner);
            })
        .toString();
  }

  @Test
  void whatIsToBeReplacedWaitsForNobody() throws Exception {
    Cache<Integer, String> one = node(Topology.REMOTE);
    Cache<Integer, String> other = node(Topology.REMOTE);
    FutureTask<String> first = ask(() -> one.get(7));
    await().until(() -> source.total() == 1);
    CompletionListenerFuture loaded = new CompletionListenerFuture();
    other.loadAll(Set.of(7), true, loaded);
    await().until(() -> source.total() == 2);
    source.gate.countDown();
    assertThat(answer(first)).isEqualTo("loaded");
    loaded.get(60, TimeUnit.SECONDS);
  }
}
