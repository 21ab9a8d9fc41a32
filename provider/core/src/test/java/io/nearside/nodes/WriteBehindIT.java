package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.Topology;
import io.nearside.store.Seeds;
import io.nearside.testserver.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private static final int NODES = 2;

  /** After so many rounds the database is compared. */
  private static final int ROUNDS_OF_A_COMPARISON = 4;

  private static final long VALUES_OF_A_LIFE = 10_000_000;

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
      try (Statement statement = connection.createStatement()) {
        statement.execute("create table sink (id int primary key, content bigint)");
        statement.execute(
            "create table asked (n bigint auto_increment primary key, id int, content bigint)");
      }
      try (Fleet fleet =
          new Fleet(List.of(redis.address(), name, topology.name(), url), folder, random)) {
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

  private static void killOne(Fleet fleet, RedisServer redis, RandomGenerator random)
      throws Exception {
    int which = random.nextInt(NODES + 1);
    if (which == NODES) {
      redis.kill();
      redis.restart();
    } else {
      fleet.replace(which);
    }
  }

  /** The nodes, and what they have said. */
  private static final class Fleet implements AutoCloseable {
    private final List<String> arguments;
    private final Path folder;
    private final RandomGenerator random;
    private final List<SinkProcess> nodes = new ArrayList<>();

    /** Of each key what it may have now: what was acknowledged last, and what was begun since. */
    private final Map<Integer, Set<Long>> possible = new HashMap<>();

    private final Map<Integer, Set<Long>> begun = new HashMap<>();
    private long acknowledged;
    private long lives;
    private long longestNanos;

    Fleet(List<String> arguments, Path folder, RandomGenerator random) throws Exception {
      this.arguments = arguments;
      this.folder = folder;
      this.random = random;
      for (int i = 0; i < NODES; i++) {
        nodes.add(started(i));
      }
      for (SinkProcess node : nodes) {
        node.awaitReady();
      }
    }

    private SinkProcess started(int number) throws IOException {
      List<String> all = new ArrayList<>(arguments);
      all.add(Integer.toString(number));
      all.add(Long.toString(++lives * VALUES_OF_A_LIFE));
      all.add(Long.toString(random.nextLong()));
      return new SinkProcess(folder.resolve("sink-" + number + ".log"), this::heard, all);
    }

    private synchronized void heard(String line) {
      String[] words = line.split(" ");
      if (words.length != 4) {
        return; // cut off in the middle: nothing was acknowledged by it
      }
      int key = Integer.parseInt(words[1]);
      long value = Long.parseLong(words[2]);
      Set<Long> now = possible.computeIfAbsent(key, k -> new HashSet<>(Set.of(0L)));
      if (words[0].equals(SinkNode.BEGUN)) {
        now.add(value);
        begun.computeIfAbsent(key, k -> new HashSet<>()).add(value);
      } else {
        now.clear();
        now.add(value);
        acknowledged++;
      }
    }

    void go() {
      nodes.forEach(SinkProcess::go);
    }

    void replace(int number) throws Exception {
      nodes.get(number).kill();
      SinkProcess next = started(number);
      nodes.set(number, next);
      next.awaitReady();
      next.go();
    }

    /** Waits until nothing changes any more, and nothing waits. */
    void rest() {
      nodes.forEach(SinkProcess::stop);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> nodes.stream().allMatch(SinkProcess::isIdle));
      long start = System.nanoTime();
      nodes.forEach(SinkProcess::forgetDepth);
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> nodes.stream().allMatch(node -> node.depth() == 0));
      longestNanos = Math.max(longestNanos, System.nanoTime() - start);
    }

    /** How many keys the database has an older value of than was acknowledged. */
    synchronized int compare(Connection connection, boolean inOrder) throws SQLException {
      Map<Integer, Long> content = new HashMap<>();
      Map<Integer, List<Long>> asked = new HashMap<>();
      try (Statement statement = connection.createStatement()) {
        try (ResultSet rows = statement.executeQuery("select id, content from sink")) {
          while (rows.next()) {
            content.put(rows.getInt(1), rows.getLong(2));
          }
        }
        try (ResultSet rows = statement.executeQuery("select id, content from asked order by n")) {
          while (rows.next()) {
            asked.computeIfAbsent(rows.getInt(1), k -> new ArrayList<>()).add(rows.getLong(2));
          }
        }
      }
      asked.forEach((key, values) -> {
        assertThat(begun.getOrDefault(key, Set.of())).containsAll(values);
        if (inOrder) {
          assertThat(values.stream().filter(value -> value != 0).toList())
              .as("the order of key " + key)
              .isSorted();
        }
      });
      assertThat(content.keySet()).isSubsetOf(begun.keySet());
      int behind = 0;
      for (Map.Entry<Integer, Set<Long>> key : possible.entrySet()) {
        long there = content.getOrDefault(key.getKey(), 0L);
        if (!key.getValue().contains(there)) {
          behind++;
          System.out.println(
              "key " + key.getKey() + ": " + there + " instead of " + key.getValue());
          key.getValue().add(there); // counted once
        }
      }
      return behind;
    }

    synchronized long acknowledged() {
      return acknowledged;
    }

    long longestMillis() {
      return TimeUnit.NANOSECONDS.toMillis(longestNanos);
    }

    @Override
    public void close() throws Exception {
      for (SinkProcess node : nodes) {
        node.kill();
      }
    }
  }
}
