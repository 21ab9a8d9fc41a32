package io.nearside.samples.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import redis.embedded.RedisServer;

/** A Redis of the run's own, which may be killed. */
final class Server implements AutoCloseable {
  private static final int MEGABYTES = 64;

  private final RedisServer server;
  private final String address;

  private Server(RedisServer server, String address) {
    this.server = server;
    this.address = address;
  }

  static Server start() {
    try {
      int port = freePort();
      RedisServer server =
          RedisServer.newRedisServer()
              .port(port)
              .bind("127.0.0.1")
              .setting("save \"\"")
              .setting("maxmemory " + MEGABYTES + "mb")
              .setting("maxmemory-policy noeviction") // a write-behind queue must not be evicted
              .onShutdownForceStop(true)
              .build();
      server.start();
      return new Server(server, "redis://127.0.0.1:" + port);
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded Redis does not start here", e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String address() {
    return address;
  }

  /** With all that it holds. */
  void kill() throws IOException {
    server.stop();
  }

  /** Empty, where it was. */
  void restart() throws IOException {
    server.start();
  }

  @Override
  public void close() {
    try {
      kill();
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded Redis does not stop", e);
    }
  }
}
