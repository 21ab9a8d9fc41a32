package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Clock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Gives every script its deadline by the server's own clock, and learns that clock from the
 * replies. Thread-safe.
 */
final class ScriptCalls {
  private static final long NANOS_PER_MICRO = 1_000;

  private final RemoteConnection connection;
  private final Clock clock;
  private final byte[] context;

  /**
   * @param graceMillis how long an entry stays when its time is over
   */
  ScriptCalls(RemoteConnection connection, Clock clock, Channels channels, long graceMillis) {
    this.connection = connection;
    this.clock = clock;
    this.context = Wire.context(channels, connection.clustered(), graceMillis);
  }

  boolean clustered() {
    return connection.clustered();
  }

  boolean fenced() {
    return connection.fenced();
  }

  /** The reply, its status first. */
  ByteBuffer call(Script script, List<String> keys, byte[]... arguments) {
    ByteBuffer reply = callOnce(script, keys, arguments);
    // Nothing was done, and the reply has told more of the server's clock.
    return Replies.status(reply.duplicate()) == ScriptStatus.LATE
        ? callOnce(script, keys, arguments)
        : reply;
  }

  private ByteBuffer callOnce(Script script, List<String> keys, byte[]... arguments) {
    ServerClock server = connection.serverClock(keys.get(0));
    if (!server.isKnown()) {
      return within(connection.timeoutNanos(), callAsync(script, keys, List.of(arguments)));
    }
    long sent = clock.nanos();
    List<byte[]> all = withContext(server, sent + connection.timeoutNanos(), List.of(arguments));
    return reply(server, sent, connection.eval(script, keys, all));
  }

  /** The same without waiting; fails with {@link RemoteUnavailableException}. */
  CompletableFuture<ByteBuffer> callAsync(
      Script script, List<String> keys, List<byte[]> arguments) {
    return callAsync(script, keys, arguments, 0);
  }

  /**
   * @param nanos what it may take beyond its time
   */
  CompletableFuture<ByteBuffer> callAsync(
      Script script, List<String> keys, List<byte[]> arguments, long nanos) {
    return callAsync(
        (all, end) -> connection.evalAsync(script, keys, all, end),
        keys.get(0),
        arguments,
        deadline() + nanos);
  }

  /** As {@link #call}, without waiting; in the time of one call. */
  CompletableFuture<ByteBuffer> callAgainAsync(
      Script script, List<String> keys, List<byte[]> arguments) {
    long deadline = deadline();
    Supplier<CompletableFuture<ByteBuffer>> once =
        () ->
            callAsync(
                (all, end) -> connection.evalAsync(script, keys, all, end),
                keys.get(0),
                arguments,
                deadline);
    return once.get()
        .thenCompose(reply ->
            Replies.status(reply.duplicate()) == ScriptStatus.LATE
                ? once.get()
                : CompletableFuture.completedFuture(reply));
  }

  private long deadline() {
    return clock.nanos() + connection.timeoutNanos();
  }

  /** As {@link #callAsync}, and asks whether a replica has what the script did. */
  Replicated<ByteBuffer> callReplicated(Script script, List<String> keys, List<byte[]> arguments) {
    CompletableFuture<Replication> replication = new CompletableFuture<>();
    Sending sending =
        (all, end) -> connection.evalReplicated(script, keys, all, end).into(replication);
    return new Replicated<>(callAsync(sending, keys.get(0), arguments, deadline()), replication);
  }

  /** Sends a script with all of its arguments, until a time. */
  private interface Sending {
    CompletableFuture<? extends @Nullable Object> send(List<byte[]> arguments, long end);
  }

  private CompletableFuture<ByteBuffer> callAsync(
      Sending sending, String key, List<byte[]> arguments, long deadline) {
    try {
      return begin(sending, key, arguments, deadline);
    } catch (CacheException e) { // others of the same batch may be on their way
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<ByteBuffer> begin(
      Sending sending, String key, List<byte[]> arguments, long deadline) {
    CompletableFuture<ServerClock> asked = connection.serverClockAsync(key);
    if (asked.isDone() && !asked.isCompletedExceptionally() && asked.join().isKnown()) {
      return send(sending, asked.join(), deadline, arguments);
    }
    return asked.thenCompose(server ->
        server.isKnown()
            ? send(sending, server, deadline, arguments)
            : learn(server, key, deadline)
                .thenCompose(known -> send(sending, server, deadline, arguments)));
  }

  /** What became of a call that {@link #callAsync} began. */
  static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw unwrapped(e);
    }
  }

  /** Waits for the reply, which comes or fails in time; twice that, so that it says why. */
  ByteBuffer reply(Replicated<ByteBuffer> call) {
    return within(2 * connection.timeoutNanos(), call.reply());
  }

  private CompletableFuture<ByteBuffer> send(
      Sending sending, ServerClock server, long deadline, List<byte[]> arguments) {
    long sent = clock.nanos();
    return sending
        .send(withContext(server, deadline, arguments), deadline)
        .thenApply(answer -> reply(server, sent, answer));
  }

  /** A deadline can't be named before the server's clock is known. */
  private CompletableFuture<ByteBuffer> learn(ServerClock server, String key, long deadline) {
    long sent = clock.nanos();
    List<byte[]> arguments = List.of(Wire.withDeadline(context, Wire.NO_DEADLINE));
    return connection
        .evalAsync(Script.TIME, List.of(key), arguments, deadline)
        .thenApply(answer -> reply(server, sent, answer));
  }

  private List<byte[]> withContext(ServerClock server, long deadline, List<byte[]> arguments) {
    List<byte[]> all = new ArrayList<>(arguments.size() + 1);
    all.add(Wire.withDeadline(context, server.earliestMicrosAt(deadline)));
    all.addAll(arguments);
    return all;
  }

  private ByteBuffer reply(ServerClock server, long sent, @Nullable Object answer) {
    long received = clock.nanos();
    if (!(answer instanceof byte[] bytes)) {
      throw new IllegalStateException("a script answered " + answer + ", not bytes");
    }
    ByteBuffer reply = ByteBuffer.wrap(bytes);
    ByteBuffer time = reply.duplicate().position(1);
    server.observe(sent, received, Replies.sevenBytes(time));
    return reply;
  }

  private ByteBuffer within(long nanos, CompletableFuture<ByteBuffer> future) {
    try {
      return future.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw unwrapped(e);
    } catch (TimeoutException e) {
      throw new RemoteUnavailableException(
          "redis did not answer within remote.timeout (" + nanos / NANOS_PER_MICRO + " µs)",
          true,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RemoteUnavailableException("interrupted while waiting for redis", true, e);
    }
  }

  private static RuntimeException unwrapped(Exception e) {
    return e.getCause() instanceof RuntimeException cause
        ? cause
        : new IllegalStateException("a call of redis failed", e);
  }
}
