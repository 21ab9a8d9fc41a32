package io.nearside.store.remote;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.redisson.client.FailedConnectionDetector;
import org.redisson.client.RedisClient;
import org.redisson.client.RedisClientConfig;
import org.redisson.client.RedisConnection;
import org.redisson.client.RedisPubSubConnection;
import org.redisson.config.EqualJitterDelay;

/**
 * Low-level clients of one server, outside of any pool and of Redisson's choice of servers, with
 * the security, the threads and the address of the client that they are made like. They have no
 * threads of their own. Thread-safe.
 */
final class LinkClients implements AutoCloseable {
  private static final EqualJitterDelay RECONNECTION_DELAY =
      new EqualJitterDelay(Duration.ofMillis(20), Duration.ofMillis(500));

  /**
   * When a message is cut in two right behind the answer to a PING, Redisson takes the rest for
   * that answer and throws the message away (4.7.0): it is lost, and nobody is told. Connections
   * that have died are noticed by the beats that are not answered, or not heard.
   */
  private static final int NO_PING = 0;

  private final RedisClient calling;
  private final RedisClient hearing;

  private LinkClients(RedisClient calling, RedisClient hearing) {
    this.calling = calling;
    this.hearing = hearing;
  }

  /**
   * @param lost runs when a connection that hears has broken, after all that came by it
   */
  static LinkClients like(RedisClient client, Runnable lost) {
    return new LinkClients(copy(client, () -> {}), copy(client, lost));
  }

  /** Redisson offers no other way to copy a configuration than to make a client of it. */
  private static RedisClient copy(RedisClient client, Runnable lost) {
    RedisClientConfig config =
        RedisClient.create(client.getConfig())
            .getConfig()
            .setExecutor(new InPlace())
            .setKeepPubSubOrder(false) // in place it is kept, and without a queue in between
            .setPingConnectionInterval(NO_PING)
            .setReconnectionDelay(RECONNECTION_DELAY)
            .setFailedNodeDetector(new FailedConnectionDetector())
            .setReadOnly(false)
            .setConnectedListener(null)
            .setDisconnectedListener(address -> lost.run());
    return RedisClient.create(config);
  }

  CompletableFuture<RedisConnection> calls(long timeoutMillis) {
    return within(timeoutMillis, calling.connectAsync().toCompletableFuture());
  }

  CompletableFuture<RedisPubSubConnection> hears(long timeoutMillis) {
    return within(timeoutMillis, hearing.connectPubSubAsync().toCompletableFuture());
  }

  /** What comes too late is closed. */
  private static <C extends RedisConnection> CompletableFuture<C> within(
      long millis, CompletableFuture<C> connecting) {
    CompletableFuture<C> result = new CompletableFuture<C>().orTimeout(millis, MILLISECONDS);
    connecting.whenComplete((connection, failure) -> {
      if (failure != null) {
        result.completeExceptionally(failure);
      } else if (!result.complete(connection)) {
        connection.closeAsync();
      }
    });
    return result;
  }

  String address() {
    return "redis at " + server();
  }

  /** As others than people know it. */
  String server() {
    return String.valueOf(calling.getConfig().getAddress());
  }

  @Override
  public void close() {
    calling.shutdownAsync();
    hearing.shutdownAsync();
  }

  /** Runs everything where it arises: on the one thread that reads from the connection. */
  private static final class InPlace extends AbstractExecutorService {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
