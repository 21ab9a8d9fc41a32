package io.nearside.store.remote;

import io.nearside.observe.Recorder;
import io.nearside.observe.Running;
import io.nearside.observe.Step;
import io.nearside.store.Clock;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisAskException;
import org.redisson.client.RedisConnection;
import org.redisson.client.RedisException;
import org.redisson.client.RedisRedirectException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.Codec;
import org.redisson.client.protocol.CommandData;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.client.protocol.decoder.ObjectListReplayDecoder;
import org.redisson.connection.MasterSlaveEntry;
import org.redisson.misc.AsyncSemaphore;

/**
 * Sends a script and WAIT in one go over one channel, so that the process which ran the script is
 * the one that counts its replicas: one that is no master any more answers WAIT with an error, and
 * one that has died with nothing. Not as a batch of the client library, which reads no reply before
 * it has them all: a script that changed nothing would be held up by WAIT. For one master;
 * thread-safe.
 */
final class ReplicaCalls {
  private static final RedisCommand<List<Object>> ROLE =
      new RedisCommand<>("ROLE", new ObjectListReplayDecoder<>());
  private static final String MASTER = "master";

  /** Of the ways to a server: redirections, and the script in full. */
  private static final int MOST_STEPS = 4;

  private final Commands commands;
  private final Clock clock;
  private final Recorder recorder;

  /** Waits hold connections: these are left to others. */
  private final AsyncSemaphore permits;

  private final int most;

  /**
   * Whether the last script failed. WAIT would hold up its connection for nothing if the next one
   * fails too, such as when it is tried again, so that one is waited for first.
   */
  private volatile boolean refused;

  /**
   * @param connections the most to the master
   * @param recorder is told of those that wait for one
   */
  ReplicaCalls(Commands commands, Clock clock, int connections, Recorder recorder) {
    this.commands = commands;
    this.clock = clock;
    this.recorder = recorder;
    this.most = Math.max(1, connections / 2);
    this.permits = new AsyncSemaphore(most, commands.manager().getServiceManager().getExecutor());
  }

  /** Nothing was sent: as many changes as may already wait for replicas. */
  static final class TooManyException extends RedisException {
    private static final long serialVersionUID = 1L;

    TooManyException(int most) {
      super(
          most
              + " changes, for which half of the connections (remote.pool.maximum) may be used,"
              + " wait for replicas already; see what slows replicas or their network down");
    }
  }

  /**
   * @param byHash EVALSHA's words
   * @param text of the script, where the server does not know it
   */
  record Words(Object[] byHash, String text) {
    Object[] inFull() {
      Object[] words = byHash.clone();
      words[0] = text;
      return words;
    }
  }

  /**
   * Sends it.
   *
   * @param nanos what is left of the call's time; WAIT may use three quarters of it, so that its
   *     answer is not too late
   */
  Replicated<Object> send(MasterSlaveEntry master, Words words, long nanos) {
    CompletableFuture<Replication> replication = new CompletableFuture<>();
    CompletableFuture<Void> over = new CompletableFuture<>();
    CompletableFuture<Object> reply =
        admit(master, new Sent(words, clock.nanos() + nanos, replication, over));
    reply.whenComplete((answer, failure) -> {
      if (failure == null) {
        over.complete(null);
      } else {
        over.completeExceptionally(failure);
      }
    });
    return new Replicated<>(reply, replication);
  }

  /**
   * What is on its way.
   *
   * @param over ends as the reply does: who gives up needs no connection any more
   */
  private record Sent(
      Words words,
      long end,
      CompletableFuture<Replication> replication,
      CompletableFuture<Void> over) {}

  private CompletableFuture<Object> admit(MasterSlaveEntry master, Sent sent) {
    Running waiting = recorder.begin(Step.QUEUE, "permit");
    CompletableFuture<Void> permit = permits.acquire();
    return permit
        .copy()
        .orTimeout(left(sent.end) / 2, TimeUnit.NANOSECONDS)
        .handle((nothing, late) -> {
          Running.end(waiting, late);
          if (late != null) {
            permit.thenRun(permits::release);
            return CompletableFuture.failedFuture(new TooManyException(most));
          }
          Permit own = new Permit();
          sent.over.whenComplete((done, failure) -> own.leave());
          return go(new Way(master, false, false, MOST_STEPS), sent, own);
        })
        .thenCompose(reply -> reply);
  }

  private long left(long end) {
    return Math.max(1, end - clock.nanos());
  }

  /**
   * A change's own, for all of its ways: one that must be sent again does not wait for itself, as
   * it would while WAIT holds up its first connection. Given back when the last of them is over.
   */
  private final class Permit {
    private final AtomicInteger holders = new AtomicInteger(1);

    /** False if the change is over. */
    boolean join() {
      return holders.getAndUpdate(before -> before == 0 ? 0 : before + 1) > 0;
    }

    void leave() {
      if (holders.decrementAndGet() == 0) {
        permits.release();
      }
    }
  }

  /**
   * Where to, and how.
   *
   * @param asking to one that takes over the slot and is asked beforehand
   * @param left how many more there may be
   */
  private record Way(MasterSlaveEntry master, boolean asking, boolean full, int left) {}

  private CompletableFuture<Object> go(Way way, Sent sent, Permit permit) {
    Run run = new Run(way, sent.words, sent.end, permit);
    run.start();
    run.reply.thenAccept(answer -> run.replication.thenAccept(sent.replication::complete));
    sent.over.whenComplete((nothing, failure) -> {
      if (failure != null) {
        run.reply.completeExceptionally(failure);
      }
    });
    return run.reply.exceptionallyCompose(failure -> {
      Way next = sent.over.isDone() ? null : next(way, failure);
      return next == null ? CompletableFuture.failedFuture(failure) : go(next, sent, permit);
    });
  }

  private @Nullable Way next(Way way, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause == null || way.left == 0) {
      return null;
    }
    if (cause instanceof RedisRedirectException moved) {
      MasterSlaveEntry there = commands.manager().getEntry(moved.getUrl());
      return there == null
          ? null
          : new Way(there, moved instanceof RedisAskException, way.full, way.left - 1);
    }
    return ScriptSender.isUnknown(cause)
        ? new Way(way.master, way.asking, true, way.left - 1)
        : null;
  }

  /** One script over one connection. */
  private final class Run {
    final CompletableFuture<Object> reply = new CompletableFuture<>();
    final CompletableFuture<Replication> replication = new CompletableFuture<>();
    private final Way way;
    private final Words words;
    private final long end;
    private final Permit permit;

    Run(Way way, Words words, long end, Permit permit) {
      this.way = way;
      this.words = words;
      this.end = end;
      this.permit = permit;
    }

    void start() {
      if (!permit.join()) {
        reply.completeExceptionally(new RedisException("it was given up"));
        return;
      }
      CompletionStage<RedisConnection> connection;
      try {
        connection = way.master.connectionWriteOp(RedisCommands.WAIT);
      } catch (RuntimeException e) { // a client that closes has none to give
        connection = CompletableFuture.failedFuture(e);
      }
      connection.whenComplete(this::connected);
    }

    private void connected(@Nullable RedisConnection connection, @Nullable Throwable failure) {
      if (connection == null || failure != null) {
        permit.leave();
        reply.completeExceptionally(
            failure != null ? failure : new RedisException("no connection"));
        return;
      }
      replication.whenComplete((answer, never) -> {
        way.master.releaseWrite(connection);
        permit.leave();
      });
      if (reply.isDone()) {
        replication.complete(Replication.doubtful("it was not sent"));
        return;
      }
      try {
        send(connection);
      } catch (RuntimeException e) {
        reply.completeExceptionally(e);
        replication.complete(Replication.doubtful("it could not be sent"));
      }
    }

    private void send(RedisConnection connection) {
      Channel channel = connection.getChannel(); // the connection may be given another one
      if (way.asking) {
        write(channel, new CompletableFuture<>(), RedisCommands.ASKING);
      }
      boolean together = !refused;
      write(
          channel,
          reply,
          way.full ? Commands.EVAL : Commands.EVALSHA,
          way.full ? words.inFull() : words.byHash);
      if (together) {
        await(channel);
      }
      reply.whenComplete((answer, refusal) -> {
        refused = refusal != null;
        if (!together && refusal == null) {
          await(channel);
        } else if (!together) {
          replication.complete(Replication.doubtful("it was refused"));
        }
      });
    }

    private void await(Channel channel) {
      long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(left(end)) * 3 / 4);
      CompletableFuture<Integer> waited = new CompletableFuture<>();
      write(channel, waited, RedisCommands.WAIT, 1, millis);
      waited
          .orTimeout(left(end), TimeUnit.NANOSECONDS)
          .whenComplete((replicas, silence) -> waited(channel, replicas, silence, millis));
    }

    private void waited(
        Channel channel, @Nullable Integer replicas, @Nullable Throwable failure, long millis) {
      if (failure != null) {
        replication.complete(Replication.doubtful(silence(failure)));
      } else if (replicas != null && replicas > 0) {
        replication.complete(Replication.CONFIRMED);
      } else {
        askRole(channel, "no replica has said within " + millis + " ms that it has it");
      }
    }

    private String silence(Throwable failure) {
      return failure instanceof RedisException
          ? "the server answered \"" + Failures.said(failure) + "\" to WAIT"
          : "the server did not answer in time whether a replica has it";
    }

    private void askRole(Channel channel, String late) {
      CompletableFuture<List<Object>> role = new CompletableFuture<>();
      write(channel, role, ROLE);
      role.orTimeout(left(end), TimeUnit.NANOSECONDS)
          .whenComplete((answer, failure) ->
              replication.complete(
                  Replication.doubtful(hasNone(answer) ? "the master has no replica" : late)));
    }

    /** ROLE names those replicas that are in step. */
    private boolean hasNone(@Nullable List<Object> role) {
      return role != null
          && role.size() > 2
          && role.get(0) instanceof byte[] name
          && new String(name, StandardCharsets.US_ASCII).equals(MASTER)
          && role.get(2) instanceof List<?> replicas
          && replicas.isEmpty();
    }
  }

  private static <R> void write(
      Channel channel, CompletableFuture<R> reply, RedisCommand<?> command, Object... words) {
    Codec codec = ByteArrayCodec.INSTANCE;
    channel
        .writeAndFlush(new CommandData<>(reply, codec, Commands.cast(command), words))
        .addListener(
            (ChannelFutureListener)
                written -> {
                  if (!written.isSuccess()) {
                    reply.completeExceptionally(written.cause());
                  }
                });
  }
}
