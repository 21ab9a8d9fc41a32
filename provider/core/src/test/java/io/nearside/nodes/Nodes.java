package io.nearside.nodes;

import static org.awaitility.Awaitility.await;

import io.nearside.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Several JVMs that have each opened a cache of one name. */
final class Nodes implements AutoCloseable {
  /** The time-out of one remote call in the nodes. */
  static final Duration TIMEOUT = Duration.ofMillis(100);

  /** Whether to take long: {@code -Dtest.stress=true}. */
  static final boolean STRESS = Boolean.getBoolean("test.stress");

  /**
   * Tags what {@code mvn verify} has no time for: {@code -Dnodes.groups=soak
   * -Dnodes.excludedGroups=none} runs it alone, {@code -Pstress} with all the rest.
   */
  static final String SOAK = "soak";

  /** In which topologies caches are shared by the tests that run in all of them. */
  static final List<Topology> TOPOLOGIES = List.of(Topology.REMOTE, Topology.TWO_TIER);

  /** The one among them that keeps most in the JVM, whose answers may be oldest. */
  static final Topology NEAREST = TOPOLOGIES.get(TOPOLOGIES.size() - 1);

  private static final Duration BOUND = Duration.ofSeconds(2);
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration HEAD_START = Duration.ofMillis(300);

  private final Path folder;
  private final Topology topology;
  private final List<NodeProcess> nodes = new ArrayList<>();

  private Nodes(Path folder, Topology topology) {
    this.folder = folder;
    this.topology = topology;
  }

  /** For {@code @MethodSource}. */
  static List<Topology> topologies() {
    return TOPOLOGIES;
  }

  /** Starts nodes whose caches are in Redis only. */
  static Nodes remote(int count, String address, Map<String, String> settings) throws Exception {
    return sharing(Topology.REMOTE, count, node -> address, settings);
  }

  /** Starts nodes that all know a Redis by one address. */
  static Nodes sharing(Topology topology, int count, String address, Map<String, String> settings)
      throws Exception {
    return sharing(topology, count, node -> address, settings);
  }

  /**
   * Starts nodes that share a Redis, in a namespace of their own. When the remote tier is away they
   * refuse to answer, so that whatever a call acknowledges must be true.
   *
   * @param address of the server or cluster as a node knows it, by the node's number; without a
   *     query
   */
  static Nodes sharing(
      Topology topology, int count, IntFunction<String> address, Map<String, String> settings)
      throws Exception {
    String name = topology.name().toLowerCase(Locale.ROOT).replace('_', '-');
    String query = "?namespace=nodes-" + UUID.randomUUID() + "&topology=" + name + "&instance=";
    Map<String, String> all = new TreeMap<>(settings);
    all.putIfAbsent("nearside.remote.timeout", TIMEOUT.toMillis() + "ms");
    all.putIfAbsent("nearside.defaults.degraded.mode", "fail-fast");
    return start(topology, count, node -> address.apply(node) + query + node, all);
  }

  /** Starts nodes that share nothing, each with a URI by its number. */
  static Nodes start(int count, IntFunction<String> uri, Map<String, String> settings)
      throws Exception {
    return start(Topology.LOCAL, count, uri, settings);
  }

  private static Nodes start(
      Topology topology, int count, IntFunction<String> uri, Map<String, String> settings)
      throws Exception {
    Nodes started = new Nodes(Files.createTempDirectory("nearside-nodes"), topology);
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

  int count() {
    return nodes.size();
  }

  /** How old what a node reads may be; 0 if each read sees what was written last. */
  Duration bound() {
    return topology == Topology.TWO_TIER ? BOUND : Duration.ZERO;
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
  void begin(Scenario scenario, Work work) throws IOException {
    Files.deleteIfExists(stop());
    Work timed =
        work.with("startAt", System.nanoTime() + HEAD_START.toNanos())
            .with("nodes", nodes.size())
            .with("stop", stop());
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i).send(scenario.name(), timed.with("node", i).with("file", file(i)));
    }
  }

  /** Waits until all nodes have made a file of this ending next to their own, and removes it. */
  void awaitFiles(String ending, Duration timeout) {
    for (int i = 0; i < nodes.size(); i++) {
      Path file = Path.of(file(i) + ending);
      await(file.toString()).atMost(timeout).until(() -> Files.deleteIfExists(file));
    }
  }

  /** Asks for the end of what {@link #begin} has begun, if that is a scenario that can be asked. */
  void stopSoon() throws IOException {
    Files.createFile(stop());
  }

  private Path stop() {
    return folder.resolve("stop");
  }

  /** Waits for what {@link #begin} has begun; the results in the order of the nodes. */
  List<Work> end(Duration timeout) throws InterruptedException {
    return answers(timeout);
  }

  List<Work> run(Scenario scenario, Work work, Duration timeout)
      throws InterruptedException, IOException {
    begin(scenario, work);
    return end(timeout);
  }

  /** Has one node do something alone. */
  Work ask(int node, Scenario scenario, Work work, Duration timeout) throws InterruptedException {
    nodes.get(node).send(scenario.name(), work);
    return nodes.get(node).answer(timeout);
  }

  /** Has one node begin something; its answer may never come. */
  void tell(int node, Scenario scenario, Work work) {
    nodes.get(node).send(scenario.name(), work);
  }

  void kill(int node) throws InterruptedException {
    nodes.get(node).kill();
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

  /** What all nodes have written to the files of this ending next to their own. */
  <T> List<T> lines(String ending, Function<String, T> parser) throws IOException {
    List<T> all = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Files.readAllLines(Path.of(file(i) + ending)).forEach(line -> all.add(parser.apply(line)));
    }
    return all;
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
