package io.nearside.tck;

import io.nearside.testserver.RedisCluster;
import io.nearside.testserver.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.runner.Result;
import org.junit.runner.notification.RunListener;

/**
 * Starts the Redis of a JVM that runs a share of the kit and tells Nearside of it by the settings
 * that any user could give; writes down, for {@link TckCountIT}, what Redis saw of the run.
 * Surefire makes it before any test; what fails to start must fail in the constructor, since later
 * it would only be dropped.
 */
public final class RedisLane extends RunListener {
  /** How many script calls the servers executed. */
  static final String SCRIPTS = "redis-scripts.txt";

  /** The keys that were left, one a line. */
  static final String KEYS = "redis-keys.txt";

  /** The namespace that the run was given. */
  static final String NAMESPACE = "redis-namespace.txt";

  private final Path folder = Path.of(System.getProperty("tck.lane"));
  private final String namespace = "tck-" + UUID.randomUUID();
  private final List<RedisServer> servers;
  private final AutoCloseable closeable;

  public RedisLane() {
    try {
      int masters = Integer.getInteger("tck.masters");
      if (masters == 1) {
        RedisServer server = RedisServer.start();
        servers = List.of(server);
        closeable = server;
        System.setProperty("nearside.remote.address", server.address());
      } else {
        RedisCluster cluster = RedisCluster.start(masters, 0);
        servers = cluster.nodes();
        closeable = cluster;
        System.setProperty("nearside.remote.address", cluster.address());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.setProperty("nearside.namespace", namespace);
  }

  @Override
  public void testRunFinished(Result result) throws Exception {
    long scripts = 0;
    List<String> keys = new ArrayList<>();
    for (RedisServer server : servers) {
      scripts += server.calls("eval") + server.calls("evalsha");
      keys.addAll(server.keys("*"));
    }
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(NAMESPACE), namespace);
    Files.writeString(folder.resolve(SCRIPTS), Long.toString(scripts));
    Files.write(folder.resolve(KEYS), keys);
    closeable.close();
  }
}
