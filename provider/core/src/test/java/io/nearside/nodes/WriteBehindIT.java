package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.Topology;
import io.nearside.store.Seeds;
import io.nearside.testserver.RedisServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.h2.tools.Server;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two JVMs whose changes reach a database by write-behind, while one of them, or Redis, is killed
 * by {@code kill -9} again and again. What was acknowledged must be in the database in the end.
 */
class WriteBehindIT {
  /** As many as {@code -Dtest.rounds} says in the long form. */
  private static final int ROUNDS = Integer.getInteger("test.rounds", 200);

  /** After so many rounds the database is compared. */
  private static final int ROUNDS_OF_A_COMPARISON = 4;

  @TempDir Path folder;

  @Test
  @Timeout(240)
  void nothingThatWasAcknowledgedIsLost() throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed("WriteBehindIT"));
    assertThat(run(Topology.TWO_TIER, "always", 4, random)).isZero();
  }

  @Test
  @Tag(Nodes.SOAK)
  @Timeout(value = 4, unit = TimeUnit.HOURS)
  void nothingIsLostInManyRounds() throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed("WriteBehindIT"));
    assertThat(run(Topology.TWO_TIER, "always", ROUNDS / 2, random)).isZero();
    assertThat(run(Topology.REMOTE, "always", ROUNDS - ROUNDS / 2, random)).isZero();
  }

  /** What {@code everysec} loses is measured, not asserted: it says itself that it may. */
  @Test
  @Tag(Nodes.SOAK)
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void everysecLosesWhatItSays() throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed("WriteBehindIT"));
    int lost = run(Topology.TWO_TIER, "everysec", Math.min(ROUNDS, 40), random);
    System.out.println("write-behind, everysec: keys behind what was acknowledged: " + lost);
  }

  private int run(Topology topology, String fsync, int rounds, RandomGenerator random)
      throws Exception {
    String name = "sink" + UUID.randomUUID();
    Server database =
        Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-tcpAllowOthers").start();
    try (RedisServer redis = RedisServer.start("--appendonly", "yes", "--appendfsync", fsync);
        Connection connection =
            DriverManager.getConnection("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1")) {
      String url = "jdbc:h2:tcp://localhost:" + database.getPort() + "/mem:" + name;
      SinkFleet.makeTables(connection);
      try (SinkFleet fleet =
          new SinkFleet(
              List.of(redis.address(), name, topology.name(), url, SinkNode.BY_MASTER),
              folder,
              random)) {
        int lost = 0;
        for (int done = 0; done < rounds; ) {
          int some = Math.min(ROUNDS_OF_A_COMPARISON, rounds - done);
          fleet.go();
          for (int i = 0; i < some; i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(500)));
            killOne(fleet, redis, random);
          }
          fleet.rest();
          lost += fleet.compare(connection, fsync.equals("always"));
          done += some;
        }
        System.out.println(
            "write-behind, "
                + topology
                + ", appendfsync "
                + fsync
                + ": "
                + rounds
                + " kills, "
                + fleet.acknowledged()
                + " changes acknowledged, keys behind: "
                + lost
                + ", longest until the queue was empty: "
                + fleet.longestMillis()
                + " ms");
        return lost;
      }
    } finally {
      database.stop();
    }
  }

  private static void killOne(SinkFleet fleet, RedisServer redis, RandomGenerator random)
      throws Exception {
    int which = random.nextInt(SinkFleet.NODES + 1);
    if (which == SinkFleet.NODES) {
      redis.kill();
      redis.restart();
    } else {
      fleet.replace(which);
    }
  }
}
