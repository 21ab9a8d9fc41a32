package io.nearside.store.remote;

import io.nearside.resilience.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.options.ObjectParams;
import org.redisson.api.options.PlainOptions;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.LongCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.client.protocol.Time;
import org.redisson.client.protocol.decoder.ObjectListReplayDecoder;
import org.redisson.command.CommandAsyncExecutor;
import org.redisson.config.ConstantDelay;
import org.redisson.config.DelayStrategy;
import org.redisson.connection.ConnectionManager;
import org.redisson.connection.MasterSlaveEntry;

/** The few low-level commands that the remote tier sends; always to masters, never repeated. */
final class Commands {
  static final Request READ = new Request("read", false, true);
  static final Request SCAN = new Request("scan", false, true);
  static final Request UNLINK = new Request("unlink", true, true);
  static final Request TIME = new Request("time", false, true);

  static final RedisCommand<List<Object>> EVALSHA =
      new RedisCommand<>("EVALSHA", new ObjectListReplayDecoder<>());
  static final RedisCommand<List<Object>> EVAL =
      new RedisCommand<>("EVAL", new ObjectListReplayDecoder<>());

  private static final RedisCommand<String> INFO = new RedisCommand<>("INFO");

  private static final DelayStrategy DELAY = new ConstantDelay(Duration.ofMillis(40));

  private final CommandAsyncExecutor executor;
  private final BatchOptions batchOptions;
  private final boolean clustered;
  private final long timeoutNanos;

  Commands(Redisson client, Duration timeout) {
    // the options also hold on a client that the application configured otherwise
    this.executor =
        client
            .getCommandExecutor()
            .copy(
                (ObjectParams)
                    PlainOptions.name("nearside")
                        .timeout(timeout)
                        .retryAttempts(0)
                        .retryDelay(DELAY));
    this.batchOptions =
        BatchOptions.defaults()
            .responseTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .retryAttempts(0)
            .retryDelay(DELAY);
    this.clustered = manager().getServiceManager().getCfg().isClusterConfig();
    this.timeoutNanos = timeout.toNanos();
  }

  CommandAsyncExecutor executor() {
    return executor;
  }

  ConnectionManager manager() {
    return executor.getConnectionManager();
  }

  boolean clustered() {
    return clustered;
  }

  long timeoutNanos() {
    return timeoutNanos;
  }

  <T, R> CompletableFuture<R> send(
      MasterSlaveEntry master, RedisCommand<T> command, Object... arguments) {
    return executor
        .<T, R>writeAsync(master, ByteArrayCodec.INSTANCE, command, arguments)
        .toCompletableFuture();
  }

  @SuppressWarnings("unchecked") // its type says only what comes back
  static RedisCommand<Object> cast(RedisCommand<?> command) {
    return (RedisCommand<Object>) command;
  }

  CompletableFuture<List<byte @Nullable []>> read(
      MasterSlaveEntry master, Reading reading, Object[] keys) {
    return send(master, cast(reading.command()), reading.words(keys));
  }

  CompletableFuture<Time> time(MasterSlaveEntry master) {
    return executor
        .<Time, Time>writeAsync(master, LongCodec.INSTANCE, RedisCommands.TIME)
        .toCompletableFuture();
  }

  CompletableFuture<String> info(MasterSlaveEntry master) {
    return executor
        .<String, String>writeAsync(master, StringCodec.INSTANCE, INFO)
        .toCompletableFuture();
  }

  Pipeline pipeline(MasterSlaveEntry master) {
    return new Pipeline(executor.createCommandBatchService(batchOptions), master);
  }
}
