package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.Topology;
import io.nearside.config.LoadSettings;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JVMs that miss the same keys at the same time share one load of each. */
@Timeout(180)
class SharedLoadsIT {
  private static final int NODES = 4;

  /** More than 16 in each JVM make two cores wait for the machine. */
  private static final int THREADS = Nodes.STRESS ? 64 : 16;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Map<String, String> SETTINGS =
      Map.of(Source.PROPERTY, "true", "nearside.remote.timeout", "30s");

  private static Work crowd(String prefix) {
    return Work.parse("keys=1 millis=200 fails=0 apart=0")
        .with("threads", THREADS)
        .with("prefix", prefix);
  }

  private static long sum(List<Work> results, String name) {
    return results.stream().mapToLong(result -> result.number(name)).sum();
  }

  @ParameterizedTest
  @MethodSource("io.nearside.nodes.Nodes#topologies")
  void aCrowdOfAllNodesLoadsOnce(Topology topology) throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = Nodes.sharing(topology, NODES, server.address(), SETTINGS)) {
      nodes.run(Scenario.LOAD, crowd("warm").with("threads", 1), PATIENCE);
      nodes.run(Scenario.LOAD, crowd("warmer"), PATIENCE);
      for (String when : List.of("first", "at expiry")) {
        await()
            .atMost(PATIENCE)
            .until(() ->
                nodes.ask(0, Scenario.HAS, Work.parse("key=one"), PATIENCE).number("has") == 0);
        List<Work> results = nodes.run(Scenario.LOAD, crowd("one"), PATIENCE);
        nodes.report("one key, " + when, results);
        assertThat(sum(results, "served")).isEqualTo(NODES * THREADS);
        assertThat(sum(results, "loads")).as(when).isEqualTo(1);
      }
      List<Work> results =
          nodes.run(Scenario.LOAD, crowd("many").with("keys", 50).with("threads", 8), PATIENCE);
      nodes.report("100 keys", results);
      assertThat(sum(results, "served")).isEqualTo(NODES * 8);
      assertThat(sum(results, "loads")).isEqualTo(100);
      List<Work> failures = nodes.run(Scenario.LOAD, crowd("none").with("fails", 1), PATIENCE);
      nodes.report("a failing loader", failures);
      assertThat(sum(failures, "served")).isZero();
      // One for each node, and some for callers who came when its load had failed already.
      assertThat(sum(failures, "loads")).isBetween(1L, NODES * THREADS / 4L);
    }
  }

  @Test
  void whoLoadsMayBeKilled() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = Nodes.sharing(Nodes.NEAREST, 2, server.address(), SETTINGS)) {
      nodes.run(Scenario.LOAD, crowd("warm").with("threads", 1), PATIENCE);
      Work one = crowd("one").with("threads", 1).with("startAt", System.nanoTime());
      nodes.tell(0, Scenario.LOAD, one.with("millis", 600_000));
      await().atMost(PATIENCE).until(() -> server.keys("*!l:*one").size() == 1);
      nodes.kill(0);
      long killed = System.nanoTime();
      Work result = nodes.ask(1, Scenario.LOAD, one.with("millis", 0), PATIENCE);
      Duration took = Duration.ofNanos(System.nanoTime() - killed);
      System.out.println("loaded by another node " + took + " after the first was killed");
      assertThat(result.number("served")).isEqualTo(1);
      assertThat(result.number("loads")).isEqualTo(1);
      // After two leases it would have lost patience with a holder who lives, too.
      assertThat(took).isLessThan(LoadSettings.DEFAULT_LEASE.plusSeconds(3));
    }
  }

  /** As many as all of them may have under way, of keys that nobody else wants. */
  @ParameterizedTest
  @MethodSource("io.nearside.nodes.Nodes#topologies")
  void loadsOfAllNodesKeepToOneBound(Topology topology) throws Exception {
    int bound = 3;
    try (RedisServer server = RedisServer.start();
        Nodes nodes = Nodes.sharing(topology, NODES, server.address(), bounded(bound))) {
      nodes.run(Scenario.LOAD, crowd("warm").with("threads", 1), PATIENCE);
      Work apart = crowd("apart").with("apart", 1).with("millis", 20).with("keys", 3);
      List<Work> results = nodes.run(Scenario.LOAD, apart.with("threads", 8), PATIENCE);
      assertThat(sum(results, "served")).isEqualTo(NODES * 8);
      assertThat(sum(results, "loads")).isEqualTo(NODES * 8 * 3);
      int most = mostAtOnce(results);
      System.out.println("of " + NODES * 8 * 3 + " loads at most " + most + " at once");
      assertThat(most).isBetween(2, bound);
      Work alone = apart.with("startAt", System.nanoTime());
      Work hanging = alone.with("millis", 600_000).with("prefix", "hang");
      nodes.tell(0, Scenario.LOAD, hanging.with("node", 0).with("threads", bound));
      await()
          .atMost(PATIENCE)
          .until(() -> {
            List<String> rooms = server.keys("*!r");
            return rooms.size() == 1 && server.ask("ZCARD", rooms.get(0)).equals("" + bound);
          });
      nodes.kill(0);
      Work next = alone.with("node", 1).with("prefix", "next").with("keys", 1).with("threads", 1);
      Work result = nodes.ask(1, Scenario.LOAD, next, PATIENCE);
      assertThat(result.number("served")).as("the room of the dead is free again").isEqualTo(1);
    }
  }

  private static Map<String, String> bounded(int bound) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("nearside.defaults.load.maximumConcurrent", "" + bound);
    settings.put("nearside.defaults.load.maximumConcurrentScope", "cluster");
    return settings;
  }

  private static int mostAtOnce(List<Work> results) {
    TreeMap<Long, Integer> steps = new TreeMap<>();
    for (Work result : results) {
      for (String span : result.text("spans").split(",")) {
        String[] ends = span.split(":");
        steps.merge(Long.parseLong(ends[0]), 1, Integer::sum);
        steps.merge(Long.parseLong(ends[1]), -1, Integer::sum);
      }
    }
    int running = 0;
    int most = 0;
    for (int step : steps.values()) {
      running += step;
      most = Math.max(most, running);
    }
    return most;
  }
}
