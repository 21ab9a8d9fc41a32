package io.nearside.nodes;

import io.nearside.nodes.Freshness.Plan;
import io.nearside.nodes.KeyHistory.Losing;
import io.nearside.nodes.Load.Window;
import io.nearside.testserver.RedisCluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How old several JVMs' answers are while masters change and slots move. */
@Timeout(180)
class ClusterFreshnessIT {
  private static final int NODES = 3;
  private static final int MASTERS = 3;

  @Test
  void replicasTakeOverFromLivingMasters() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(MASTERS, 1);
        Nodes nodes = nodes(cluster)) {
      Freshness.run(nodes, Plan.of("fail-over", nodes), () -> ClusterFaultsIT.failOverAll(cluster))
          .wentWellBeforeAndAfter()
          .keptItsPromise()
          .wasServedByCopies()
          .blockedNobody();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void aReplicaTakesOverFromAMasterThatWasKilled() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(MASTERS, 1);
        Nodes nodes = nodes(cluster)) {
      Freshness.run(
              nodes,
              Plan.of("master killed", nodes).losing(Losing.THE_LAST),
              () -> List.of(Window.of(() -> ClusterFaultsIT.killOne(cluster))))
          .wentWellBeforeAndAfter()
          .wasFelt()
          .keptItsPromise()
          .wasServedByCopies()
          .blockedNobody();
    }
  }

  @Test
  @Tag(Nodes.SOAK)
  void slotsMoveUnderLoad() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(MASTERS, 0);
        Nodes nodes = nodes(cluster)) {
      Freshness.run(nodes, Plan.of("slots moved", nodes), () -> ClusterFaultsIT.moveAll(cluster, 1))
          .wentWellBeforeAndAfter()
          .keptItsPromise()
          .wasServedByCopies()
          .blockedNobody();
    }
  }

  private static Nodes nodes(RedisCluster cluster) throws Exception {
    return Nodes.sharing(Nodes.NEAREST, NODES, cluster.address(), Map.of());
  }
}
