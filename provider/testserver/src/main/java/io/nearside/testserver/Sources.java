package io.nearside.testserver;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses, once per JVM, where servers come from: Docker where it works, else an installed {@code
 * redis-server}, else the embedded binary; {@code -Dtest.redis=docker|local|embedded} forces one.
 */
final class Sources {
  private static final Logger LOG = LoggerFactory.getLogger(Sources.class);
  private static final String FORCED = System.getProperty("test.redis", "");
  private static final String IMAGE = image(System.getProperty("test.redis.image", ""));
  private static final String NO_TESTCONTAINERS =
      "org.testcontainers:testcontainers is not on the class path";
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static @Nullable ServerSource chosen;

  private Sources() {}

  private static String image(String given) {
    return given.isEmpty() ? "redis:7.2-alpine" : given;
  }

  static ServerSource source() throws IOException {
    LOCK.lock();
    try {
      ServerSource source = chosen;
      if (source == null) {
        source = choose();
        chosen = source;
        LOG.info("Redis servers of the tests: {}", source);
      }
      return source;
    } finally {
      LOCK.unlock();
    }
  }

  private static ServerSource choose() throws IOException {
    return switch (FORCED) {
      case "docker" -> docker();
      case "local" ->
          LocalSource.installed()
              .orElseThrow(() -> new IOException("test.redis=local: no redis-server on the PATH"));
      case "embedded" -> LocalSource.embedded();
      case "" -> first();
      default ->
          throw new IOException(
              "test.redis must be one of "
                  + List.of("docker", "local", "embedded")
                  + ", was "
                  + FORCED);
    };
  }

  private static ServerSource docker() throws IOException {
    String refusal = hasTestcontainers() ? DockerSource.refusal(IMAGE) : NO_TESTCONTAINERS;
    if (!refusal.isEmpty()) {
      throw new IOException("test.redis=docker: " + refusal);
    }
    return new DockerSource(IMAGE);
  }

  private static ServerSource first() throws IOException {
    String refusal = hasTestcontainers() ? DockerSource.quickRefusal(IMAGE) : NO_TESTCONTAINERS;
    refusal = refusal.isEmpty() ? DockerSource.refusal(IMAGE) : refusal;
    if (refusal.isEmpty()) {
      return new DockerSource(IMAGE);
    }
    LOG.info("Redis not from Docker: {}", refusal);
    ServerSource installed = LocalSource.installed().orElse(null);
    return installed == null ? LocalSource.embedded() : installed;
  }

  private static boolean hasTestcontainers() {
    try {
      Class.forName(
          "org.testcontainers.DockerClientFactory", false, Sources.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
