package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.Topology;
import io.nearside.store.Seeds;
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
 * JVMs with local caches whose changes wait in journals for a database, killed by {@code kill -9}
 * again and again. What was acknowledged must be in the database in the end.
 */
class JournalIT {
  /** As many as {@code -Dtest.rounds} says in the long form. */
  private static final int ROUNDS = Integer.getInteger("test.rounds", 200);

  /** After so many rounds the database is compared. */
  private static final int ROUNDS_OF_A_COMPARISON = 4;

  @TempDir Path folder;

  @Test
  @Timeout(240)
  void whatWasAcknowledgedOutlivesTheJvm() throws Exception {
    assertThat(run(4)).isZero();
  }

  @Test
  @Tag(Nodes.SOAK)
  @Timeout(value = 4, unit = TimeUnit.HOURS)
  void nothingIsLostInManyRounds() throws Exception {
    assertThat(run(ROUNDS)).isZero();
  }

  private int run(int rounds) throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed("JournalIT"));
    String name = "sink" + UUID.randomUUID();
    Server database =
        Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-tcpAllowOthers").start();
    try (Connection connection =
        DriverManager.getConnection("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1")) {
      SinkFleet.makeTables(connection);
      String url = "jdbc:h2:tcp://localhost:" + database.getPort() + "/mem:" + name;
      List<String> arguments =
          List.of(folder.toString(), name, Topology.LOCAL.name(), url, SinkNode.BY_MASTER);
      try (SinkFleet fleet = new SinkFleet(arguments, folder, random)) {
        int lost = 0;
        for (int done = 0; done < rounds; done += ROUNDS_OF_A_COMPARISON) {
          fleet.go();
          for (int i = 0; i < ROUNDS_OF_A_COMPARISON; i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(500)));
            fleet.replace(random.nextInt(SinkFleet.NODES));
          }
          fleet.rest();
          lost += fleet.compare(connection, true);
        }
        System.out.println(
            "write-behind, journal: "
                + rounds
                + " kills, "
                + fleet.acknowledged()
                + " changes acknowledged, keys behind: "
                + lost
                + ", longest until the queues were empty: "
                + fleet.longestMillis()
                + " ms");
        assertThat(fleet.acknowledged()).isPositive();
        return lost;
      }
    } finally {
      database.stop();
    }
  }
}
