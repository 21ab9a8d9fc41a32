package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.Topology;
import io.nearside.store.Seeds;
import io.nearside.testserver.RedisSentinels;
import io.nearside.testserver.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.h2.tools.Server;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two JVMs whose changes reach a database by write-behind, over a master whose replica lags now and
 * then, and which is killed by {@code kill -9}; sentinels promote the replica. What a replica has
 * confirmed must be in the database in the end; without that, changes are lost.
 */
class FailOverIT {
  /** As many as {@code -Dtest.rounds} says in the long form. */
  private static final int ROUNDS = Integer.getInteger("test.rounds", 20);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  @Tag(Nodes.SOAK)
  @Timeout(value = 4, unit = TimeUnit.HOURS)
  void whatAReplicaHasConfirmedIsNotLost() throws Exception {
    assertThat(run(Topology.TWO_TIER, SinkNode.BY_REPLICA)).isZero();
  }

  /** What the master alone had is measured, not asserted. */
  @Test
  @Tag(Nodes.SOAK)
  @Timeout(value = 4, unit = TimeUnit.HOURS)
  void whatTheMasterAloneHadMayBeLost() throws Exception {
    run(Topology.TWO_TIER, SinkNode.BY_MASTER);
  }

  private long run(Topology topology, String acknowledge) throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed("FailOverIT"));
    String name = "sink" + UUID.randomUUID();
    Server database =
        Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-tcpAllowOthers").start();
    try (RedisSentinels redis = RedisSentinels.start(1, 3, "--repl-diskless-sync-delay", "0");
        Connection connection =
            DriverManager.getConnection("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1")) {
      String url = "jdbc:h2:tcp://localhost:" + database.getPort() + "/mem:" + name;
      SinkFleet.makeTables(connection);
      try (SinkFleet fleet =
          new SinkFleet(
              List.of(redis.address(), name, topology.name(), url, acknowledge), folder, random)) {
        int behind = 0;
        for (int round = 0; round < ROUNDS; round++) {
          RedisServer master = awaitMasterWithReplica(redis);
          RedisServer replica = other(redis, master);
          fleet.go();
          park(500 + random.nextInt(1_000));
          killWhileItsReplicaLags(master, replica, random.nextInt(100));
          redis.awaitPromotion(replica);
          master.restart();
          master.call("REPLICAOF", RedisServer.HOST, replica.port());
          awaitMasterWithReplica(redis);
          park(random.nextInt(500));
          fleet.rest();
          behind += fleet.compare(connection, false); // what was not acknowledged may come and go
        }
        System.out.println(
            "write-behind, "
                + topology
                + ", acknowledge: "
                + acknowledge
                + ": "
                + ROUNDS
                + " fail-overs, "
                + fleet.acknowledged()
                + " changes acknowledged, lost: "
                + fleet.lost()
                + " of "
                + behind
                + " keys, longest until the queue was empty: "
                + fleet.longestMillis()
                + " ms");
        assertThat(fleet.acknowledged()).isPositive();
        return behind;
      }
    } finally {
      database.stop();
    }
  }

  /** Its connection is closed as well: else the kernel keeps for it what comes meanwhile. */
  private static void killWhileItsReplicaLags(RedisServer master, RedisServer replica, int millis)
      throws IOException {
    replica.pause();
    master.call("CLIENT", "KILL", "TYPE", "replica");
    park(millis);
    master.kill();
    replica.resume();
  }

  /**
   * The master, once its replica hears of changes: on a busy machine sentinels act unasked, too.
   */
  private static RedisServer awaitMasterWithReplica(RedisSentinels redis) {
    AtomicReference<RedisServer> master = new AtomicReference<>();
    await("a master with a replica")
        .atMost(PATIENCE)
        .until(() -> {
          for (RedisServer server : redis.servers()) {
            if (isConfirmed(server)) {
              master.set(server);
              return true;
            }
          }
          return false;
        });
    return master.get();
  }

  private static boolean isConfirmed(RedisServer server) {
    try {
      return Long.valueOf(1).equals(server.call("WAIT", 1, 1_000));
    } catch (IOException e) {
      return false; // a replica, or one that is about to be
    }
  }

  private static RedisServer other(RedisSentinels redis, RedisServer server) {
    return redis.servers().get(1 - redis.servers().indexOf(server));
  }

  private static void park(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
