package io.nearside.samples.hibernate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import org.h2.tools.Server;
import redis.embedded.RedisServer;

/** What the nodes share: a Redis and a database, both of the run's own and in memory. */
final class Servers implements AutoCloseable {
  private final RedisServer redis;
  private final int redisPort;
  private final Server database;

  private Servers(RedisServer redis, int redisPort, Server database) {
    this.redis = redis;
    this.redisPort = redisPort;
    this.database = database;
  }

  /**
   * @param policy what Redis does when it is full; one that evicts any key is no place for
   *     Hibernate's timestamps
   */
  static Servers start(String policy) {
    try {
      int port = freePort();
      RedisServer redis =
          RedisServer.newRedisServer()
              .port(port)
              .bind("127.0.0.1")
              .setting("save \"\"")
              .setting("maxmemory 64mb")
              .setting("maxmemory-policy " + policy)
              .onShutdownForceStop(true)
              .build();
      redis.start();
      return new Servers(redis, port, database());
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded Redis does not start here", e);
    }
  }

  private static Server database() {
    try {
      return Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
    } catch (SQLException e) {
      throw new IllegalStateException("the database does not start here", e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String redis() {
    return "redis://127.0.0.1:" + redisPort;
  }

  /** One database for each name. */
  String database(String name) {
    return "jdbc:h2:tcp://127.0.0.1:" + database.getPort() + "/mem:" + name + ";DB_CLOSE_DELAY=-1";
  }

  @Override
  public void close() {
    database.stop();
    try {
      redis.stop();
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded Redis does not stop", e);
    }
  }
}
