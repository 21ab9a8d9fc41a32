package io.nearside.testserver;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A master with replicas, on the loopback interface, and sentinels that watch them. */
public final class RedisSentinels implements AutoCloseable {
  public static final String NAME = "shop";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);

  private final List<RedisServer> servers;
  private final List<RedisServer> sentinels;

  private RedisSentinels(List<RedisServer> servers, List<RedisServer> sentinels) {
    this.servers = servers;
    this.sentinels = sentinels;
  }

  /** Starts them all and waits until every sentinel knows of every other one and each replica. */
  public static RedisSentinels start(int replicas, int sentinels, String... arguments)
      throws IOException {
    RedisSentinels all = new RedisSentinels(new ArrayList<>(), new ArrayList<>());
    try {
      RedisServer master = RedisServer.start(arguments);
      all.servers.add(master);
      for (int i = 0; i < replicas; i++) {
        all.servers.add(replica(master, arguments));
      }
      for (int i = 0; i < sentinels; i++) {
        all.sentinels.add(
            RedisServer.startSentinel(
                "sentinel monitor "
                    + NAME
                    + " 127.0.0.1 "
                    + master.port()
                    + " "
                    + quorum(sentinels),
                "sentinel down-after-milliseconds " + NAME + " 1000",
                "sentinel failover-timeout " + NAME + " 5000"));
      }
      all.awaitComplete();
      return all;
    } catch (IOException | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  private static int quorum(int sentinels) {
    return sentinels / 2 + 1;
  }

  private static RedisServer replica(RedisServer master, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--replicaof", RedisServer.HOST + " " + master.port()));
    return RedisServer.start(all.toArray(String[]::new));
  }

  private void awaitComplete() {
    Awaitility.await("sentinels to know all")
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(() -> {
          for (RedisServer sentinel : sentinels) {
            String known = String.join(" ", sentinel.ask("SENTINEL", "MASTER", NAME).split("\n"));
            if (!known.contains(" num-slaves " + (servers.size() - 1) + " ")
                || !known.contains(" num-other-sentinels " + (sentinels.size() - 1) + " ")) {
              return false;
            }
          }
          return servers.stream().skip(1).allMatch(each -> has(each, "master_link_status", "up"));
        });
  }

  /** The first master, then its replicas. */
  public List<RedisServer> servers() {
    return List.copyOf(servers);
  }

  public List<RedisServer> sentinels() {
    return List.copyOf(sentinels);
  }

  /** Waits until the replica has been promoted and all running sentinels say so. */
  public void awaitPromotion(RedisServer replica) {
    Awaitility.await("the replica to be promoted")
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(() -> isMaster(replica) && sentinels.stream().allMatch(one -> names(one, replica)));
  }

  private static boolean isMaster(RedisServer server) {
    return has(server, "role", "master");
  }

  private static boolean has(RedisServer server, String field, String value) {
    try {
      return server.info(field).equals(value);
    } catch (IOException e) {
      return false; // it ends connections when its role changes
    }
  }

  private static boolean names(RedisServer sentinel, RedisServer server) {
    try {
      return !sentinel.running()
          || sentinel
              .ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)
              .endsWith("\n" + server.port());
    } catch (IOException e) {
      return false;
    }
  }

  /** Its address without a query: {@code redis+sentinel://host:port,…/shop}. */
  public String address() {
    return sentinels.stream()
        .map(RedisServer::hostAndPort)
        .collect(Collectors.joining(",", "redis+sentinel://", "/" + NAME));
  }

  @Override
  public void close() throws IOException {
    for (RedisServer sentinel : sentinels) { // first, lest they change what ends
      sentinel.close();
    }
    for (RedisServer server : servers) {
      server.close();
    }
  }
}
