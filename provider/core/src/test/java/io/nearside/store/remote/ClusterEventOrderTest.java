package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nearside.RemoteUnavailableException;
import io.nearside.spi.NearsideCachingProvider;
import io.nearside.store.Seeds;
import io.nearside.store.remote.ClusterEventsTest.Heard;
import io.nearside.store.remote.ClusterEventsTest.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import javax.cache.Cache;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two managers over one Redis that change the same keys: both hear of it in the same order. */
class ClusterEventOrderTest {
  private static final AtomicInteger NAMESPACES = new AtomicInteger();
  private static final Set<String> KEYS = Set.of("k0", "k1", "k2");
  private static final int TRIES = 5;
  private static LocalRedis redis;

  private final NearsideCachingProvider provider = new NearsideCachingProvider();
  private final String namespace = "event-order" + NAMESPACES.incrementAndGet();

  @BeforeAll
  static void start() {
    redis = LocalRedis.up();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @AfterEach
  void close() {
    provider.close();
  }

  private Node node(int instance) {
    return new Node(
        ClusterEventsTest.manager(
            provider, "redis://127.0.0.1:" + redis.port, namespace, instance));
  }

  /**
   * On a busy machine a connection may be given up and made anew, a call may take too long, and
   * Redisson throws a message away that comes cut in two behind the answer of a ping: then events
   * are lost, as promised, and the try proves no more than that the others are in order.
   */
  @Test
  void allNodesHearOfAKeyInTheOrderOfItsVersions() throws Exception {
    long seed = Seeds.seed("allNodesHearOfAKeyInTheOrderOfItsVersions");
    Node one = node(1).listen(true);
    Node two = node(2).listen(false);
    boolean complete = false;
    for (int i = 0; i < TRIES && !complete; i++) {
      one.awaitHearing(two);
      two.awaitHearing(one);
      List.of(one, two).forEach(node -> node.cache.removeAll(KEYS));
      one.awaitHearing(two);
      two.awaitHearing(one);
      List.of(one, two).forEach(node -> node.all.clear());
      String subscribed = subscriptions();
      boolean changed = changeAtOnce(one, two, seed + 4 * i);
      one.awaitHearing(two);
      two.awaitHearing(one);
      boolean undisturbed = changed && subscriptions().equals(subscribed);
      complete = undisturbed && KEYS.stream().allMatch(key -> agree(one, two, key));
    }
    assumeTrue(complete, "no try without a connection, a call or an event that was lost");

    for (String name : KEYS) {
      assertThat(of(one, name)).hasSizeGreaterThan(100);
      assertThat(of(two, name)).isEqualTo(of(one, name));
      String value = null;
      for (Heard heard : of(one, name)) { // each begins where the one before it has ended
        assertThat(heard.old()).as("%s", heard).isEqualTo(value);
        value = heard.value();
      }
      assertThat(one.cache.get(name)).isEqualTo(value);
    }
  }

  /** Whether nothing is lost; what both hear they hear once and in the same order in any case. */
  private static boolean agree(Node one, Node two, String key) {
    try {
      await().atMost(Duration.ofSeconds(2)).until(() -> of(one, key).equals(of(two, key)));
      return true;
    } catch (ConditionTimeoutException e) {
      List<Heard> first = of(one, key);
      List<Heard> second = of(two, key);
      assertThat(first).doesNotHaveDuplicates();
      assertThat(second).doesNotHaveDuplicates();
      assertThat(first.stream().filter(second::contains).toList())
          .isEqualTo(second.stream().filter(first::contains).toList());
      return false;
    }
  }

  /** How often anybody has subscribed to a channel. */
  private static String subscriptions() {
    return redis
        .ask("INFO commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_subscribe:"))
        .map(line -> line.replaceFirst("[^=]*calls=(\\d+).*", "$1"))
        .findFirst()
        .orElse("");
  }

  /** False if a change failed: what it did is then not heard by its own node. */
  private static boolean changeAtOnce(Node one, Node two, long seed) throws Exception {
    AtomicInteger failed = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Node node = i % 2 == 0 ? one : two;
      String name = "t" + i + "-";
      RandomGenerator random = Seeds.random(seed + i);
      threads.add(
          new Thread(() -> {
            try {
              change(node.cache, name, random);
            } catch (RemoteUnavailableException e) {
              failed.incrementAndGet();
            }
          }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    return failed.get() == 0;
  }

  private static List<Heard> of(Node node, String key) {
    return node.all.stream().filter(heard -> heard.key().equals(key)).toList();
  }

  private static void change(Cache<String, String> cache, String name, RandomGenerator random) {
    for (int i = 0; i < 400; i++) {
      String key = "k" + random.nextInt(3);
      switch (random.nextInt(5)) {
        case 0 -> cache.remove(key);
        case 1 -> cache.putIfAbsent(key, name + i);
        case 2 -> cache.getAndPut(key, name + i);
        case 3 -> cache.putAll(java.util.Map.of("k0", name + i, "k1", name + i, "k2", name + i));
        default -> cache.put(key, name + i);
      }
    }
  }
}
