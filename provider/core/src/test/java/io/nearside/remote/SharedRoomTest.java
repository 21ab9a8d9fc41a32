package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.Operations.Mode;
import io.nearside.Operations.Scope;
import io.nearside.Topology;
import io.nearside.config.LoadSettings;
import io.nearside.config.NearsideConfigurationBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loads of different keys that all nodes together have under way at a time. */
@Timeout(60)
@Tag("any-jdk")
class SharedRoomTest {
  private static final int ALL = 1_000;

  @RegisterExtension static final ProxiedRedis REDIS = new ProxiedRedis();

  private final Source source = new Source();

  /** Its loads wait to be let go. */
  private static final class Source implements CacheLoader<Integer, String> {
    final Semaphore gate = new Semaphore(0);
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    final Queue<Integer> begun = new ConcurrentLinkedQueue<>();

    @Override
    public String load(Integer key) {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      begun.add(key);
      try {
        assertThat(gate.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      } finally {
        running.decrementAndGet();
      }
      return "loaded";
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      throw new AssertionError("nobody asks for several");
    }
  }

  @AfterEach
  void letGo() {
    source.gate.release(ALL);
  }

  private Cache<Integer, String> node(
      Topology topology,
      Map<String, String> settings,
      Consumer<NearsideConfigurationBuilder<Integer, String>> more) {
    NearsideConfigurationBuilder<Integer, String> builder =
        Bench.remote(Integer.class, String.class)
            .topology(topology)
            .eternal()
            .loader(source)
            .load(load -> load.maximumConcurrent(2).acrossNodes());
    more.accept(builder);
    CacheManager manager = REDIS.bench().node(settings);
    Cache<Integer, String> cache = manager.createCache("bounded", builder.build());
    await().ignoreExceptions().until(() -> !cache.containsKey(-1));
    return cache;
  }

  private Cache<Integer, String> node(Topology topology) {
    return node(topology, Map.of(), builder -> {});
  }

  private Cache<Integer, String> impatientNode() {
    return node(Topology.REMOTE, Map.of("remote.timeout", "500ms"), builder -> {});
  }

  private static FutureTask<String> ask(Cache<Integer, String> cache, int key) {
    FutureTask<String> task = new FutureTask<>(() -> cache.get(key));
    Thread thread = new Thread(task, "caller " + key);
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private static void allLoaded(List<FutureTask<String>> answers) throws Exception {
    for (FutureTask<String> answer : answers) {
      assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("loaded");
    }
  }

  /** Until nodes wait in the line of those who want room. */
  private void awaitLine(int nodes) throws Exception {
    String names = "*" + REDIS.bench().namespace + "*!s";
    await()
        .until(() -> {
          List<String> lines = List.copyOf(REDIS.server().keys(names));
          return lines.size() == 1 && REDIS.server().ask("LLEN", lines.get(0)).equals("" + nodes);
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"REMOTE", "TWO_TIER"})
  void allNodesTogetherKeepToTheBound(Topology topology) throws Exception {
    List<Cache<Integer, String>> nodes = List.of(node(topology), node(topology), node(topology));
    List<FutureTask<String>> answers = new ArrayList<>();
    for (int key = 0; key < 24; key++) {
      answers.add(ask(nodes.get(key % 3), key));
    }
    for (int ended = 0; ended < 24; ended++) {
      int begun = Math.min(24, ended + 2);
      await().until(() -> source.begun.size() == begun);
      source.gate.release();
    }
    allLoaded(answers);
    assertThat(source.most.get()).isEqualTo(2);
  }

  @Test
  void aNodeWithManyLoadsDoesNotKeepOthersOut() throws Exception {
    Cache<Integer, String> one = node(Topology.REMOTE);
    Cache<Integer, String> other = node(Topology.REMOTE);
    List<FutureTask<String>> answers = new ArrayList<>();
    for (int key = 0; key < 20; key++) {
      answers.add(ask(one, key));
    }
    await().until(() -> source.begun.size() == 2);
    answers.add(ask(other, 100));
    awaitLine(1);
    source.gate.release(2);
    await().until(() -> source.begun.size() >= 3);
    assertThat(source.begun.stream().limit(4)).contains(100);
    source.gate.release(ALL);
    allLoaded(answers);
  }

  @Test
  void whoFindsNoRoomInTimeIsTold() throws Exception {
    Cache<Integer, String> one = node(Topology.REMOTE);
    Cache<Integer, String> other =
        node(
            Topology.REMOTE,
            Map.of(),
            builder -> builder.load(load -> load.hardTimeout(Duration.ofMillis(300))));
    List<FutureTask<String>> answers = List.of(ask(one, 1), ask(one, 2));
    await().until(() -> source.begun.size() == 2);
    assertThatThrownBy(() -> other.get(3))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("cache \"bounded\": 2 loads are under way on all nodes already")
        .hasMessageContaining("raise load.maximumConcurrent");
    assertThat(source.begun).containsExactlyInAnyOrder(1, 2);
    source.gate.release(ALL);
    allLoaded(answers);
    assertThat(other.get(3)).isEqualTo("loaded");
  }

  @Test
  void aLoadKeepsItsRoomForAsLongAsItTakes() throws Exception {
    Cache<Integer, String> one = node(Topology.REMOTE);
    List<FutureTask<String>> answers = List.of(ask(one, 1), ask(one, 2));
    await().until(() -> source.begun.size() == 2);
    long lostAt = System.currentTimeMillis() + LoadSettings.DEFAULT_LEASE.toMillis();
    await().until(() -> inRoom("(" + lostAt) == 2);
    source.gate.release(ALL);
    allLoaded(answers);
    await().until(() -> inRoom("-inf") == 0);
  }

  /** The loads that lose their room then or later. */
  private static int inRoom(String lostAt) throws Exception {
    int loads = 0;
    for (String room : REDIS.server().keys("*" + REDIS.bench().namespace + "*!r")) {
      loads += Integer.parseInt(REDIS.server().ask("ZCOUNT", room, lostAt, "+inf"));
    }
    return loads;
  }

  @Test
  void withoutRedisEachNodeKeepsToTheBoundByItself() throws Exception {
    List<Cache<Integer, String>> nodes = List.of(impatientNode(), impatientNode());
    REDIS.proxy().cut();
    List<FutureTask<String>> answers = new ArrayList<>();
    for (int key = 0; key < 12; key++) {
      answers.add(ask(nodes.get(key % 2), key));
    }
    await().until(() -> source.running.get() == 4);
    source.gate.release(ALL);
    allLoaded(answers);
    assertThat(source.most.get()).isEqualTo(4);
  }

  @Test
  void whoeverWaitsLoadsWhenRedisIsLost() throws Exception {
    Cache<Integer, String> one = impatientNode();
    Cache<Integer, String> other = impatientNode();
    List<FutureTask<String>> answers = List.of(ask(one, 1), ask(one, 2), ask(other, 3));
    await().until(() -> source.begun.size() == 2);
    awaitLine(1);
    REDIS.proxy().cut();
    await().until(() -> source.begun.size() == 3);
    REDIS.proxy().heal();
    await().until(() -> inRoom("-inf") == 3);
    source.gate.release(ALL);
    allLoaded(answers);
    await().until(() -> inRoom("-inf") == 0);
  }

  @Test
  void aCacheThatIsPassedByAsksNobodyForRoom() throws Exception {
    Cache<Integer, String> one = node(Topology.REMOTE);
    Cache<Integer, String> other = node(Topology.REMOTE);
    List<FutureTask<String>> answers = List.of(ask(one, 1), ask(one, 2));
    await().until(() -> source.begun.size() == 2);
    other.unwrap(NearsideCache.class).operations().mode(Mode.BYPASS, Scope.NODE, "test");
    FutureTask<String> passing = ask(other, 3);
    await().until(() -> source.begun.size() == 3);
    source.gate.release(ALL);
    allLoaded(answers);
    assertThat(passing.get(30, TimeUnit.SECONDS)).isEqualTo("loaded");
  }
}
