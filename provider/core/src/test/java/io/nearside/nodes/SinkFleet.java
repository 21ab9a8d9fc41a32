package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
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
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Some {@link SinkNode}s, and what they have said. */
final class SinkFleet implements AutoCloseable {
  static final int NODES = 2;

  private static final long VALUES_OF_A_LIFE = 10_000_000;

  private final List<String> arguments;
  private final Path folder;
  private final RandomGenerator random;
  private final List<SinkProcess> nodes = new ArrayList<>();

  /** Of each key what it may have now: what was acknowledged last, and what was begun since. */
  private final Map<Integer, Set<Long>> possible = new HashMap<>();

  private final Map<Integer, Set<Long>> begun = new HashMap<>();

  /** Of each key what was begun since it was compared, in order. */
  private final Map<Integer, List<Begun>> recent = new HashMap<>();

  private long lost;

  /** A change, of which there is one of a key at a time. */
  private static final class Begun {
    final long value;
    boolean acknowledged;

    Begun(long value) {
      this.value = value;
    }
  }

  private long acknowledged;
  private long lives;
  private long longestNanos;

  SinkFleet(List<String> arguments, Path folder, RandomGenerator random) throws Exception {
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

  static void makeTables(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table sink (id int primary key, content bigint)");
      statement.execute(
          "create table asked (n bigint auto_increment primary key, id int, content bigint)");
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
      recent.computeIfAbsent(key, k -> new ArrayList<>()).add(new Begun(value));
    } else {
      now.clear();
      now.add(value);
      List<Begun> changes = recent.get(key);
      changes.get(changes.size() - 1).acknowledged = true;
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
        lost += acknowledgedAfter(there, recent.getOrDefault(key.getKey(), List.of()));
        System.out.println(
            "key " + key.getKey() + ": " + there + " instead of one of " + shown(key.getValue()));
        key.getValue().add(there); // counted once
      }
    }
    recent.clear();
    return behind;
  }

  private static long acknowledgedAfter(long value, List<Begun> changes) {
    long after = 0;
    for (int i = changes.size() - 1; i >= 0 && changes.get(i).value != value; i--) {
      after += changes.get(i).acknowledged ? 1 : 0;
    }
    return after;
  }

  private static List<Long> shown(Set<Long> values) {
    return values.stream().sorted().limit(10).toList();
  }

  /** How many acknowledged changes were newer than what the database had when it was compared. */
  synchronized long lost() {
    return lost;
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
