package io.nearside.testserver;

import static io.nearside.testserver.RespConnection.parts;
import static io.nearside.testserver.RespConnection.text;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A Redis Cluster on the loopback interface: masters with the slots shared out, then replicas. */
public final class RedisCluster implements AutoCloseable {
  public static final int SLOTS = 16_384;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration FAIL_OVER = Duration.ofSeconds(6);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration SOON = Duration.ofMillis(5);

  /** Which word of a line of CLUSTER NODES is the configuration epoch. */
  private static final int EPOCH = 6;

  private final List<RedisServer> nodes;
  private final int masters;

  private RedisCluster(List<RedisServer> nodes, int masters) {
    this.nodes = List.copyOf(nodes);
    this.masters = masters;
  }

  /**
   * Starts a cluster and waits until all its nodes call it healthy.
   *
   * @param replicas per master
   */
  public static RedisCluster start(int masters, int replicas, String... arguments)
      throws IOException {
    List<RedisServer> started = new ArrayList<>();
    try {
      for (int i = 0; i < masters * (1 + replicas); i++) {
        started.add(RedisServer.start(withCluster(arguments)));
      }
      RedisCluster cluster = new RedisCluster(started, masters);
      cluster.form();
      return cluster;
    } catch (IOException | RuntimeException e) {
      for (RedisServer server : started) {
        server.close();
      }
      throw e;
    }
  }

  private static String[] withCluster(String[] arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf"));
    all.addAll(List.of("--cluster-node-timeout", "2000", "--repl-diskless-sync-delay", "0"));
    return all.toArray(String[]::new);
  }

  private void form() throws IOException {
    for (int i = 0; i < masters; i++) {
      nodes.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
      List<Object> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      IntStream.range(i * SLOTS / masters, (i + 1) * SLOTS / masters).forEach(words::add);
      nodes.get(i).call(words.toArray());
    }
    for (RedisServer node : nodes.subList(1, nodes.size())) {
      node.call("CLUSTER", "MEET", RedisServer.HOST, nodes.get(0).port());
    }
    await("nodes to know each other", () -> nodes.stream().allMatch(this::knowsAll));
    for (int i = masters; i < nodes.size(); i++) {
      nodes.get(i).call("CLUSTER", "REPLICATE", id(nodes.get(i % masters)));
    }
    awaitHealthy();
  }

  private boolean knowsAll(RedisServer node) {
    return says(node, "cluster_known_nodes:" + nodes.size())
        && nodes.stream().allMatch(other -> lineOf(node, other).contains(" connected"));
  }

  private static boolean says(RedisServer node, String line) {
    try {
      return node.ask("CLUSTER", "INFO").contains(line);
    } catch (IOException e) {
      return false;
    }
  }

  /** What one node knows of another, from CLUSTER NODES; the empty text when it doesn't know it. */
  private static String lineOf(RedisServer asked, RedisServer about) {
    try {
      return asked
          .ask("CLUSTER", "NODES")
          .lines()
          .filter(line -> line.contains(" " + about.hostAndPort() + "@"))
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await(what).atMost(PATIENCE).pollInterval(POLL).until(condition);
  }

  /** Waits until every running node sees all slots served, and every replica follows its master. */
  public void awaitHealthy() {
    await("the cluster to be healthy", () -> nodes.stream().allMatch(this::healthy));
  }

  private boolean healthy(RedisServer node) {
    if (!node.running()) {
      return true;
    }
    try {
      return says(node, "cluster_state:ok")
          && (isMaster(node) || node.info("master_link_status").equals("up"));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isMaster(RedisServer node) throws IOException {
    return node.info("role").equals("master");
  }

  private static String id(RedisServer node) throws IOException {
    return node.ask("CLUSTER", "MYID");
  }

  /**
   * All nodes: first those that began as masters, then replicas: number i follows i mod masters.
   */
  public List<RedisServer> nodes() {
    return nodes;
  }

  /** The nodes that are masters now. */
  public List<RedisServer> masters() throws IOException {
    List<RedisServer> now = new ArrayList<>();
    for (RedisServer node : nodes) {
      if (node.running() && isMaster(node)) {
        now.add(node);
      }
    }
    return now;
  }

  /** Host and port of all nodes, separated by commas. */
  public String hostsAndPorts() {
    return nodes.stream().map(RedisServer::hostAndPort).collect(Collectors.joining(","));
  }

  /** Its address without a query: {@code redis+cluster://host:port,…}. */
  public String address() {
    return "redis+cluster://" + hostsAndPorts();
  }

  public static int slot(RedisServer node, String key) throws IOException {
    return Integer.parseInt(node.ask("CLUSTER", "KEYSLOT", key));
  }

  /** The master that serves a slot, as the cluster itself says. */
  public RedisServer owner(int slot) throws IOException {
    return owner(masters().get(0), slot);
  }

  /** The master that serves a slot, as a node says. */
  RedisServer owner(RedisServer asked, int slot) throws IOException {
    for (Object range : parts(asked.call("CLUSTER", "SLOTS"))) {
      List<?> bounds = parts(range);
      if ((Long) bounds.get(0) <= slot && slot <= (Long) bounds.get(1)) {
        String port = text(parts(bounds.get(2)).get(1));
        return nodes.stream()
            .filter(n -> Integer.toString(n.port()).equals(port))
            .findFirst()
            .orElseThrow(() -> new IOException("no node on port " + port));
      }
    }
    throw new IOException("nobody serves slot " + slot);
  }

  /** Has a replica take over from its living master, without loss; waits until it has. */
  public void failOver(RedisServer replica) throws IOException {
    Awaitility.await("the fail-over").atMost(PATIENCE).until(() -> promotedWithin(replica));
    awaitHealthy();
  }

  /** Asks for it, again if need be: the server gives a fail-over up when its peers are slow. */
  private static boolean promotedWithin(RedisServer replica) throws IOException {
    if (isMaster(replica)) {
      return true;
    }
    replica.call("CLUSTER", "FAILOVER");
    try {
      Awaitility.await().atMost(FAIL_OVER).pollInterval(POLL).until(() -> isMaster(replica));
      return true;
    } catch (ConditionTimeoutException tooSlow) {
      return false;
    }
  }

  /** Waits until the node is a master and the cluster is healthy. */
  public void awaitPromotion(RedisServer replica) {
    await("the replica to be promoted", () -> isMaster(replica));
    awaitHealthy();
  }

  /**
   * Moves a slot with its keys to another master, while clients go on, as redis-cli does. Returns
   * when all masters know by which epoch it was taken: a master that takes the next slot before it
   * has heard of that may choose the same epoch or a lower one, and then the masters disagree about
   * the owner for ever.
   */
  public void moveSlot(int slot, RedisServer to) throws IOException {
    RedisServer from = owner(slot);
    if (from == to) {
      return;
    }
    to.call("CLUSTER", "SETSLOT", slot, "IMPORTING", id(from));
    from.call("CLUSTER", "SETSLOT", slot, "MIGRATING", id(to));
    try (RespConnection source = from.connect()) {
      List<?> keys = keysIn(source, slot);
      while (!keys.isEmpty()) {
        List<Object> words = new ArrayList<>();
        words.addAll(List.of("MIGRATE", RedisServer.HOST, to.port(), "", 0, 5_000, "KEYS"));
        words.addAll(keys);
        source.call(words.toArray());
        keys = keysIn(source, slot);
      }
    }
    List<RedisServer> order = new ArrayList<>(List.of(to, from));
    masters().stream().filter(node -> !order.contains(node)).forEach(order::add);
    for (RedisServer node : order) {
      node.call("CLUSTER", "SETSLOT", slot, "NODE", id(to));
    }
    String epoch = epoch(to, to);
    Awaitility.await("the epoch of slot " + slot + " to be known")
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(SOON)
        .until(() -> order.stream().allMatch(node -> epoch(node, to).equals(epoch)));
  }

  /** The configuration epoch of a node, as a node knows it. */
  private static String epoch(RedisServer asked, RedisServer about) {
    List<String> words = List.of(lineOf(asked, about).split(" "));
    return words.size() > EPOCH ? words.get(EPOCH) : "";
  }

  private static List<?> keysIn(RespConnection source, int slot) throws IOException {
    return parts(source.call("CLUSTER", "GETKEYSINSLOT", slot, 100));
  }

  @Override
  public void close() throws IOException {
    for (RedisServer node : nodes) {
      node.close();
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d masters of %d nodes", masters, nodes.size());
  }
}
