package io.nearside.nodes;

import io.nearside.Topology;
import io.nearside.testserver.RedisCluster;
import io.nearside.testserver.RedisServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What several JVMs see of few keys could have come from one map. */
@Timeout(300)
@ParameterizedClass
@MethodSource("io.nearside.nodes.Nodes#topologies")
class LinearizabilityIT {
  private static final long MILLIS = Nodes.STRESS ? 60_000 : 4_000;
  private static final Map<String, String> PATIENT = Map.of("nearside.remote.timeout", "10s");

  private final Topology topology;

  LinearizabilityIT(Topology topology) {
    this.topology = topology;
  }

  @Test
  void onOneServer() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes = Nodes.sharing(topology, 3, server.address(), PATIENT)) {
      Load.run(topology + ", one server", nodes, MILLIS, LinearizabilityIT::nothing)
          .wentWellBeforeAndAfter()
          .keptEverything();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void onACluster() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(3, 0);
        Nodes nodes = Nodes.sharing(topology, 3, cluster.address(), PATIENT)) {
      Load.run(topology + ", cluster", nodes, MILLIS, LinearizabilityIT::nothing)
          .wentWellBeforeAndAfter()
          .keptEverything();
    }
  }

  private static List<Load.Window> nothing() throws Exception {
    return List.of(Load.Window.of(() -> {}));
  }
}
