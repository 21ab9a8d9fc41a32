package io.nearside.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Redis of a cache manager and how it is called.
 *
 * @param namespace keeps applications on one Redis apart
 * @param timeout the longest that one call may take
 * @param connectTimeout the longest that one attempt to connect may take
 * @param poolMinimumIdle connections per master that are kept open
 * @param poolMaximum the most connections per master
 * @param partitions of each cache of the namespace
 */
public record RemoteSettings(
    String namespace,
    Endpoint endpoint,
    Duration timeout,
    Duration connectTimeout,
    int poolMinimumIdle,
    int poolMaximum,
    CircuitBreakerSettings circuitBreaker,
    int partitions) {

  /** Where Redis is, or what is connected to it already. */
  public sealed interface Endpoint permits Address, RedissonFile, Client {}

  /** How servers work together. */
  public enum Mode {
    SINGLE,
    SENTINEL,
    CLUSTER
  }

  /**
   * Servers by address; a client is made for them.
   *
   * @param servers each as {@code redis://host:port} or {@code rediss://host:port}; of a sentinel
   *     the sentinels
   * @param masterName of a sentinel only
   * @param tlsTrust where the trusted certificates are (PEM or a key store), as a URL; null for the
   *     JVM's own
   * @param tlsReload how often they are read again; null: never
   * @param insecure whether plain text over a network is meant
   */
  public record Address(
      Mode mode,
      List<String> servers,
      @Nullable String masterName,
      int database,
      @Nullable String username,
      @Nullable String password,
      @Nullable String tlsTrust,
      @Nullable Duration tlsReload,
      boolean insecure)
      implements Endpoint {

    public Address {
      servers = List.copyOf(servers);
    }

    /** Without the password. */
    @Override
    public String toString() {
      return mode
          + " "
          + servers
          + (masterName == null ? "" : "/" + masterName)
          + " db "
          + database;
    }
  }

  /**
   * A Redisson configuration; a client is made from it.
   *
   * @param name where it was read, for messages
   * @param yaml its text
   */
  public record RedissonFile(String name, String yaml) implements Endpoint {
    /** Without the text, which may hold a password. */
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * The application's own client, which Nearside never closes.
   *
   * @param client a {@code RedissonClient}
   */
  public record Client(Object client) implements Endpoint {
    private static final String REQUIRED = "org.redisson.api.RedissonClient";

    static Object check(Object client) {
      return HandedOver.check(
          client,
          REQUIRED,
          ", handed over as the property nearside.redisson (a file's name goes under"
              + " remote.redisson)");
    }

    /** Its class only: its own text may show anything. */
    @Override
    public String toString() {
      return client.getClass().getName();
    }
  }
}
