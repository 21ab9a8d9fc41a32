package io.nearside.benchmarks;

import java.util.Map;
import java.util.stream.Stream;
import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.api.redisnode.RedisSingle;
import org.redisson.client.codec.StringCodec;

/**
 * What a Redis server has done since it started.
 *
 * @param atNanos when it was asked, by {@link System#nanoTime}
 * @param cpuSeconds of all its threads, in user and system mode
 * @param publishes calls of PUBLISH, those within scripts included
 */
record ServerLoad(long atNanos, double cpuSeconds, long bytesOut, long commands, long publishes) {
  private static final double NANOS_PER_SECOND = 1e9;

  static ServerLoad of(Map<String, String> info, long atNanos) {
    return new ServerLoad(
        atNanos,
        Stream.of("used_cpu_user", "used_cpu_sys")
            .mapToDouble(name -> Double.parseDouble(field(info, name)))
            .sum(),
        Long.parseLong(field(info, "total_net_output_bytes")),
        Long.parseLong(field(info, "total_commands_processed")),
        calls(info, "publish") + calls(info, "spublish"));
  }

  private static String field(Map<String, String> info, String name) {
    String value = info.get(name);
    if (value == null) {
      throw new IllegalStateException("the server's INFO has no " + name);
    }
    return value.strip();
  }

  /** A command that was never called is not listed. */
  private static long calls(Map<String, String> info, String command) {
    String statistics = info.getOrDefault("cmdstat_" + command, "calls=0,");
    return Long.parseLong(statistics.substring("calls=".length(), statistics.indexOf(',')));
  }

  /** What it has done between an earlier moment and this one. */
  Rates since(ServerLoad earlier) {
    double seconds = (atNanos - earlier.atNanos) / NANOS_PER_SECOND;
    return new Rates(
        (cpuSeconds - earlier.cpuSeconds) / seconds,
        (bytesOut - earlier.bytesOut) / seconds,
        (publishes - earlier.publishes) / seconds);
  }

  /**
   * Averages over a while, each per second.
   *
   * @param cpuShare of one core
   */
  record Rates(double cpuShare, double bytesOut, double publishes) {}

  /** Asks one server, over a connection of its own. */
  static final class Source implements AutoCloseable {
    private final RedissonClient client;

    Source(String address) {
      client = RawRedisson.client(address, StringCodec.INSTANCE);
    }

    ServerLoad read() {
      RedisSingle nodes = client.getRedisNodes(RedisNodes.SINGLE);
      Map<String, String> info = nodes.getInstance().info(RedisNode.InfoSection.ALL);
      return of(info, System.nanoTime());
    }

    @Override
    public void close() {
      client.shutdown();
    }
  }
}
