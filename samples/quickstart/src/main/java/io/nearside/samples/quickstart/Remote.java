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
  private static final int MEGABYTES = 256;

  /**
   * Starts a server if need be.
   *
   * @throws UncheckedIOException if it does not start; says what to do
   */
  static Remote open(Settings settings) {
    if (settings.uri() != null) {
      return new Remote(settings.uri(), new Properties(), settings.uri().toString(), null);
    }
    if (settings.local()) {
      return new Remote(null, new Properties(), "this JVM", null);
    }
    // Another run's entries would contradict this run's database.
    String namespace = "quickstart-" + ProcessHandle.current().pid() + "-" + settings.seed();
    String named = System.getenv(ADDRESS);
    return (named == null) ? embedded(namespace) : named(namespace, named);
  }

  private static Remote named(String namespace, String address) {
    Properties properties = new Properties();
    properties.setProperty("nearside.namespace", namespace);
    properties.setProperty("nearside.defaults.topology", "remote");
    return new Remote(null, properties, "Redis at " + address, null);
  }

  private static Remote embedded(String namespace) {
    try {
      int port = freePort();
      RedisServer server =
          RedisServer.newRedisServer()
              .port(port)
              .bind("127.0.0.1")
              .setting("save \"\"")
              .setting("maxmemory " + MEGABYTES + "mb")
              .setting("maxmemory-policy allkeys-lru")
              .build();
      server.start();
      String parameters = "?topology=remote&namespace=" + namespace;
      URI uri = URI.create("redis://127.0.0.1:" + port + parameters);
      return new Remote(uri, new Properties(), "embedded Redis at port " + port, server);
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

  @Override
  public void close() {
    if (server != null) {
      try {
        server.stop();
      } catch (IOException e) {
        throw new UncheckedIOException("the embedded Redis does not stop", e);
      }
    }
  }
}
