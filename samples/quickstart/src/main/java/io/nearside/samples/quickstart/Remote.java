package io.nearside.samples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/**
 * Where the cache lives: in a Redis of the run's own, in the one that the environment names, or in
 * this JVM alone.
 *
 * @param uri the cache manager's; null for the provider's default
 * @param properties the cache manager's
 * @param server the run's own, null if there is none
 */
record Remote(
    @Nullable URI uri, Properties properties, String description, @Nullable RedisServer server)
    implements AutoCloseable {
  private static final String ADDRESS = "NEARSIDE_REMOTE_ADDRESS";
  private static final String BOUND = "nearside.coherence.bound";
  private static final String ONE_TIER = "topology=remote";
  private static final String NAMESPACE = "nearside.namespace";
  private static final int MEGABYTES = 256;

  /**
   * Starts a server if need be.
   *
   * @throws UncheckedIOException if it does not start; says what to do
   */
  static Remote open(Settings settings) {
    Properties properties = new Properties();
    if (settings.uri() != null) {
      properties.setProperty(BOUND, History.BOUND.toString());
      return new Remote(settings.uri(), properties, settings.uri().toString(), null);
    }
    if (settings.local()) {
      return new Remote(null, properties, "this JVM", null);
    }
    // Another run's entries would contradict this run's database.
    properties.setProperty(
        NAMESPACE, "quickstart-" + ProcessHandle.current().pid() + "-" + settings.seed());
    properties.setProperty(BOUND, History.BOUND.toString());
    String named = System.getenv(ADDRESS);
    return (named == null)
        ? embedded(properties)
        : new Remote(null, properties, "Redis at " + named, null);
  }

  private static Remote embedded(Properties properties) {
    try {
      int port = freePort();
      RedisServer server =
          RedisServer.newRedisServer()
              .port(port)
              .bind("127.0.0.1")
              .setting("save \"\"")
              .setting("maxmemory " + MEGABYTES + "mb")
              .setting("maxmemory-policy volatile-lru")
              .onShutdownForceStop(true)
              .build();
      server.start();
      URI uri = URI.create("redis://127.0.0.1:" + port);
      return new Remote(uri, properties, "embedded Redis at port " + port, server);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the embedded Redis does not start here; name a server by "
              + ADDRESS
              + ", or use --local",
          e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Whether several nodes meet in it, with copies in each. */
  boolean isShared() {
    if (uri == null) {
      return properties.containsKey(NAMESPACE);
    }
    return uri.toString().startsWith("redis") && !uri.toString().contains(ONE_TIER);
  }

  /** Whether the run may kill it. */
  boolean isOwn() {
    return server != null;
  }

  /** Kills the run's own server, with all that it holds. */
  void kill() {
    if (server != null) {
      try {
        server.stop();
      } catch (IOException e) {
        throw new UncheckedIOException("the embedded Redis does not stop", e);
      }
    }
  }

  /** Starts the run's own server again, empty, where it was. */
  void restart() {
    if (server != null) {
      try {
        server.start();
      } catch (IOException e) {
        throw new UncheckedIOException("the embedded Redis does not start again", e);
      }
    }
  }

  @Override
  public void close() {
    kill();
  }
}
