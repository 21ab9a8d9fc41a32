package io.nearside.store.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.command.CommandBatchService;
import org.redisson.connection.MasterSlaveEntry;

/** Commands that go to one master in one write. For one thread; no scripts. */
final class Pipeline {
  private final CommandBatchService batch;
  private final MasterSlaveEntry master;
  private final List<CompletableFuture<Object>> replies = new ArrayList<>();

  Pipeline(CommandBatchService batch, MasterSlaveEntry master) {
    this.batch = batch;
    this.master = master;
  }

  void add(RedisCommand<?> command, Object... arguments) {
    replies.add(
        batch
            .<Object, Object>writeAsync(
                master, ByteArrayCodec.INSTANCE, Commands.cast(command), arguments)
            .toCompletableFuture());
  }

  /**
   * For each command its reply, or the {@link Throwable} that it failed with; the future fails if
   * all of them did.
   */
  CompletableFuture<List<Object>> send() {
    return batch.executeAsync().toCompletableFuture().handle((all, failure) -> outcomes(failure));
  }

  private List<Object> outcomes(Throwable failure) {
    List<Object> outcomes = new ArrayList<>(replies.size());
    boolean answered = failure == null;
    for (CompletableFuture<Object> reply : replies) {
      Object outcome = outcome(reply, failure);
      answered |= !(outcome instanceof Throwable);
      outcomes.add(outcome);
    }
    if (!answered) {
      throw new CompletionException(failure);
    }
    return outcomes;
  }

  private static Object outcome(CompletableFuture<Object> reply, Throwable failure) {
    if (!reply.isDone()) {
      return failure;
    }
    try {
      return reply.join();
    } catch (CompletionException e) {
      return Objects.requireNonNull(e.getCause());
    } catch (CancellationException e) {
      return e;
    }
  }
}
