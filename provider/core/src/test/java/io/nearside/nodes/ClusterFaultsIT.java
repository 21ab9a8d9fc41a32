package io.nearside.nodes;

import static org.awaitility.Awaitility.await;

import io.nearside.nodes.Load.Window;
import io.nearside.testserver.RedisCluster;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What several JVMs see while masters change and slots move. */
@Timeout(300)
class ClusterFaultsIT {
  private static final int NODES = 3;
  private static final int MASTERS = 3;
  private static final long MILLIS = Nodes.STRESS ? 60_000 : 14_000;

  /** By how much a replica on the same machine may be behind. */
  private static final Duration BEHIND = Duration.ofSeconds(1);

  @Test
  @Tag(Nodes.SOAK)
  void replicasTakeOverFromLivingMasters() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(MASTERS, 1);
        Nodes nodes = Nodes.remote(NODES, cluster.address(), Map.of())) {
      Load.run("fail-over", nodes, MILLIS, () -> failOverAll(cluster))
          .wentWellBeforeAndAfter()
          .blockedNobody()
          .keptEverything();
    }
  }

  static List<Window> failOverAll(RedisCluster cluster) throws Exception {
    List<Window> windows = new ArrayList<>();
    for (RedisServer replica : cluster.nodes().subList(MASTERS, 2 * MASTERS)) {
      windows.add(Window.of(() -> cluster.failOver(replica)));
    }
    return windows;
  }

  @Test
  void aReplicaTakesOverFromAMasterThatWasKilled() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(MASTERS, 1);
        Nodes nodes = Nodes.remote(NODES, cluster.address(), Map.of())) {
      Load.run("master killed", nodes, MILLIS, () -> List.of(Window.of(() -> killOne(cluster))))
          .wentWellBeforeAndAfter()
          .wasFelt()
          .blockedNobody()
          .undidAtMostTheLast(BEHIND);
    }
  }

  /** Kills a master that holds some of the keys. */
  static void killOne(RedisCluster cluster) throws Exception {
    RedisServer victim = cluster.owner(slots(cluster).get(0));
    int replica = cluster.nodes().indexOf(victim) + MASTERS;
    victim.kill();
    cluster.awaitPromotion(cluster.nodes().get(replica));
  }

  @Test
  void slotsMoveUnderLoad() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(MASTERS, 0);
        Nodes nodes = Nodes.remote(NODES, cluster.address(), Map.of())) {
      Load.run("slots moved", nodes, MILLIS, () -> moveAll(cluster, 3))
          .wentWellBeforeAndAfter()
          .blockedNobody()
          .keptEverything();
    }
  }

  static List<Window> moveAll(RedisCluster cluster, int rounds) throws Exception {
    List<Window> windows = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (int slot : slots(cluster)) {
        int owner = cluster.nodes().indexOf(cluster.owner(slot));
        RedisServer next = cluster.nodes().get((owner + 1) % MASTERS);
        windows.add(Window.of(() -> cluster.moveSlot(slot, next)));
      }
    }
    return windows;
  }

  /** The slots of the entries that are there just now; calls remove some, and bring them back. */
  private static List<Integer> slots(RedisCluster cluster) {
    return await().until(() -> slotsNow(cluster), slots -> !slots.isEmpty());
  }

  private static List<Integer> slotsNow(RedisCluster cluster) throws Exception {
    TreeSet<Integer> slots = new TreeSet<>();
    for (RedisServer master : cluster.masters()) {
      for (String entry : master.keys("*}:*")) {
        slots.add(RedisCluster.slot(master, entry));
      }
    }
    return List.copyOf(slots);
  }
}
