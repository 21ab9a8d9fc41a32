package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.testserver.RedisCluster;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Not one increment by an entry processor gets lost, whichever JVM runs it. */
@Timeout(300)
class AtomicityIT {
  private static final int NODES = 2;
  private static final int THREADS = 4;
  private static final int COUNT = 2_500;

  /** Whoever waits for a turn must not be given up for being slow here. */
  private static final Map<String, String> PATIENT = Map.of("nearside.remote.timeout", "10s");

  private static final Duration PATIENCE = Duration.ofSeconds(200);

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void everyIncrementCountsOnOneServer(int keys) throws Exception {
    try (RedisServer server = RedisServer.start()) {
      increment(server.address(), keys);
    }
  }

  @Test
  void everyIncrementCountsOnACluster() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      increment(cluster.address(), 10);
    }
  }

  private static void increment(String address, int keys) throws Exception {
    Work work = Work.parse("").with("threads", THREADS).with("count", COUNT).with("keys", keys);
    try (Nodes nodes = Nodes.remote(NODES, address, PATIENT)) {
      nodes.report(keys + " keys", nodes.run(Scenario.INCREMENT, work, PATIENCE));
      for (int key = 0; key < keys; key++) {
        for (int node = 0; node < NODES; node++) {
          Work read = nodes.ask(node, Scenario.READ, Work.parse("key=n" + key), PATIENCE);
          assertThat(read.text("value"))
              .as("n%d read by node %d", key, node)
              .isEqualTo(Integer.toString(NODES * THREADS * COUNT / keys));
        }
      }
    }
  }
}
