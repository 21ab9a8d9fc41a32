package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.Topology;
import io.nearside.testserver.RedisCluster;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Not one increment by an entry processor gets lost, whichever JVM runs it. */
@Timeout(300)
@ParameterizedClass
@MethodSource("io.nearside.nodes.Nodes#topologies")
class AtomicityIT {
  private static final int NODES = 2;
  private static final int THREADS = 4;
  private static final int COUNT = 2_500;

  /** Whoever waits for a turn must not be given up for being slow here. */
  private static final Map<String, String> PATIENT = Map.of("nearside.remote.timeout", "10s");

  private static final Duration PATIENCE = Duration.ofSeconds(200);

  private final Topology topology;

  AtomicityIT(Topology topology) {
    this.topology = topology;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void everyIncrementCountsOnOneServer(int keys) throws Exception {
    try (RedisServer server = RedisServer.start()) {
      increment(server.address(), keys);
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void everyIncrementCountsOnACluster() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      increment(cluster.address(), 10);
    }
  }

  private void increment(String address, int keys) throws Exception {
    Work work = Work.parse("").with("threads", THREADS).with("count", COUNT).with("keys", keys);
    try (Nodes nodes = Nodes.sharing(topology, NODES, address, PATIENT)) {
      nodes.report(topology + ", " + keys + " keys", nodes.run(Scenario.INCREMENT, work, PATIENCE));
      for (int key = 0; key < keys; key++) {
        for (int node = 0; node < NODES; node++) {
          awaitSum(nodes, node, "n" + key, NODES * THREADS * COUNT / keys);
        }
      }
    }
  }

  /** What nodes keep no copies of they see at once. */
  private static void awaitSum(Nodes nodes, int node, String key, long sum) throws Exception {
    Callable<Long> read =
        () -> nodes.ask(node, Scenario.READ, Work.parse("key=" + key), PATIENCE).number("value");
    if (nodes.bound().isZero()) {
      assertThat(read.call()).as("%s read by node %d", key, node).isEqualTo(sum);
    } else {
      await(key + " read by node " + node).atMost(nodes.bound()).until(read, value -> value == sum);
    }
  }
}
