package io.nearside.nodes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Several JVMs that have each opened a cache of one name. */
final class Nodes implements AutoCloseable {
  /** The time-out of one remote call in the nodes. */
  static final Duration TIMEOUT = Duration.ofMillis(100);

  /** Whether to take long: {@code -Dtest.stress=true}. */
  static final boolean STRESS = Boolean.getBoolean("test.stress");

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration HEAD_START = Duration.ofMillis(300);

  private final Path folder;
  private final List<NodeProcess> nodes = new ArrayList<>();

  private Nodes(Path folder) {
    this.folder = folder;
  }

  /**
   * Starts nodes that share a Redis, in a namespace of their own. When the remote tier is away they
   * refuse to answer, so that whatever a call acknowledges must be true.
   *
   * @param address of the server or cluster, without a query
   */
  static Nodes remote(int count, String address, Map<String, String> settings) throws Exception {
    String uri = address + "?namespace=nodes-" + UUID.randomUUID() + "&topology=remote&instance=";
    Map<String, String> all = new TreeMap<>(settings);
    all.putIfAbsent("nearside.remote.timeout", TIMEOUT.toMillis() + "ms");
    all.putIfAbsent("nearside.defaults.degraded.mode", "fail-fast");
    return start(count, node -> uri + node, all);
  }

  /** Starts nodes, each with a URI by its number. */
  static Nodes start(int count, IntFunction<String> uri, Map<String, String> settings)
      throws Exception {
    Nodes started = new Nodes(Files.createTempDirectory("nearside-nodes"));
    try {
      for (int i = 0; i < count; i++) {
        Path log = started.folder.resolve("node-" + i + ".log");
        started.nodes.add(new NodeProcess(log, settings));
      }
      for (int i = 0; i < count; i++) {
        started.nodes.get(i).send("open", Work.parse("cache=shared").with("uri", uri.apply(i)));
      }
      started.answers(START);
      return started;
    } catch (Exception | AssertionError e) {
      started.close();
      throw e;
    }
  }

  private List<Work> answers(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    List<Work> answers = new ArrayList<>();
    for (NodeProcess node : nodes) {
      long left = Math.max(1, deadline - System.nanoTime());
      answers.add(node.answer(Duration.ofNanos(left)));
    }
    return answers;
  }

  /** Has all nodes begin at one instant, and returns without waiting for the end. */
  void begin(Scenario scenario, Work work) {
    Work timed = work.with("startAt", System.nanoTime() + HEAD_START.toNanos());
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i).send(scenario.name(), timed.with("node", i).with("file", file(i)));
    }
  }

  /** Waits for what {@link #begin} has begun; the results in the order of the nodes. */
  List<Work> end(Duration timeout) throws InterruptedException {
    return answers(timeout);
  }

  List<Work> run(Scenario scenario, Work work, Duration timeout) throws InterruptedException {
    begin(scenario, work);
    return end(timeout);
  }

  /** Has one node do something alone. */
  Work ask(int node, Scenario scenario, Work work, Duration timeout) throws InterruptedException {
    nodes.get(node).send(scenario.name(), work);
    return nodes.get(node).answer(timeout);
  }

  /** Prints the figures of each node, so that a run can be reported. */
  void report(String name, List<Work> results) {
    for (int i = 0; i < results.size(); i++) {
      System.out.println(name + ", node " + i + ": " + results.get(i).line());
    }
  }

  private Path file(int node) {
    return folder.resolve("history-" + node);
  }

  /** The histories of all nodes by key, in the order of the calls' starts. */
  Map<String, List<Operation>> histories() throws IOException {
    List<Operation> all = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Files.readAllLines(file(i)).forEach(line -> all.add(Operation.parse(line)));
    }
    all.sort(Comparator.comparingLong(Operation::invoked));
    return all.stream()
        .collect(Collectors.groupingBy(Operation::key, TreeMap::new, Collectors.toList()));
  }

  /** Seconds as a duration for results: a limit for what should take a fraction of it. */
  static Duration patience(long millis) {
    return Duration.ofMillis(millis).plus(Duration.ofNanos(TimeUnit.SECONDS.toNanos(60)));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (NodeProcess node : nodes) {
      node.close();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
