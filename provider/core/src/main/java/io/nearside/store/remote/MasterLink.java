package io.nearside.store.remote;

import io.nearside.NearsideHealth.Kind;
import io.nearside.RemoteUnavailableException;
import io.nearside.store.Bus.Beat;
import io.nearside.store.Bus.BeatReply;
import io.nearside.store.Bus.Master;
import io.nearside.store.Trouble;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.redisson.client.ChannelName;
import org.redisson.client.RedisClient;
import org.redisson.client.RedisConnection;
import org.redisson.client.RedisPubSubConnection;
import org.redisson.client.RedisPubSubListener;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.pubsub.PubSubType;

/**
 * One master as the bus knows it: a connection that hears its channel and one that calls for its
 * beats, both of our own and to no other server. They connect again by themselves; what is
 * published meanwhile is lost, and said to be. Thread-safe, never waits.
 */
final class MasterLink implements Master, AutoCloseable {
  /** After so many beats without an answer a connection is thought dead. */
  private static final int SILENT = 2;

  private static final long FIRST_PAUSE_NANOS = 100_000_000;
  private static final long LONGEST_PAUSE_NANOS = 2_000_000_000;
  private static final RedisCommand<String> MY_ID = new RedisCommand<>("CLUSTER", "MYID");
  private static final RedisCommand<String> NODES = new RedisCommand<>("CLUSTER", "NODES");

  private final BusSettings settings;
  private final BusLane lane;
  private final LinkClients clients;
  private final ClockWatch clockWatch;
  private final String hash = ScriptSender.hash(Script.BEAT.text());
  private final AtomicReference<@Nullable Line> line = new AtomicReference<>();

  /** Beats in a row without an answer. */
  private final AtomicInteger unanswered = new AtomicInteger();

  /** Of the ticking thread, as the two below. */
  private @Nullable CompletableFuture<Line> opening;

  private long retryAt;
  private int failures;
  private volatile @Nullable Trouble unheard;

  /** Whether the server answered when it was last connected to, so that only its bus is silent. */
  private volatile boolean answered;

  private volatile boolean closed;

  /**
   * An open pair of connections.
   *
   * @param node of the cluster; empty outside of one
   */
  private record Line(
      RedisConnection calls,
      RedisPubSubConnection hears,
      String node,
      ChannelName channel,
      AtomicReference<Known> known) {
    Line(RedisConnection calls, RedisPubSubConnection hears, BusSettings settings, Self self) {
      this(
          calls,
          hears,
          self.node,
          new ChannelName(settings.channel(self.node)),
          new AtomicReference<>(new Known(self.ownership, "")));
    }

    void close() {
      hears.closeAsync();
      calls.closeAsync();
    }
  }

  /**
   * What the server has said of its slots last.
   *
   * @param hash by which it can be named; empty if not known
   */
  private record Known(Ownership ownership, String hash) {}

  /** Learns the server's clock. */
  interface ClockWatch {
    /** As {@link ServerClock#observe}. */
    void observe(long sentNanos, long receivedNanos, long serverMicros);
  }

  /**
   * @param like a client of that server, whose settings are taken over
   * @param lane where events of this master go
   */
  MasterLink(BusSettings settings, RedisClient like, BusLane lane, ClockWatch clockWatch) {
    this.settings = settings;
    this.lane = lane;
    this.clients = LinkClients.like(like, lane::lost);
    this.clockWatch = clockWatch;
    this.retryAt = settings.clock().nanos();
  }

  /** Why it can't be heard, if that is why. */
  @Nullable Trouble trouble() {
    return unheard;
  }

  /** Connects if need be. For one thread. */
  void tick() {
    long now = settings.clock().nanos();
    CompletableFuture<Line> pending = opening;
    if (pending != null && pending.isDone()) {
      opening = null;
      if (pending.isCompletedExceptionally()) {
        failed(pending, now);
      } else {
        failures = 0;
        unheard = null;
      }
    }
    if (opening == null && line.get() == null && !closed && now - retryAt >= 0) {
      opening = open();
      retryAt = now + FIRST_PAUSE_NANOS;
    }
  }

  private void failed(CompletableFuture<Line> pending, long now) {
    Throwable failure = pending.handle((nothing, e) -> e).join();
    Trouble before = unheard;
    unheard =
        new Trouble(
            answered ? Kind.BUS_SILENT : Kind.COPIES_UNPROVEN,
            name(),
            before == null ? now : before.since(),
            (answered ? "its channel can't be subscribed to: " : "it can't be connected to: ")
                + Failures.diagnose(failure).text());
    failures++;
    retryAt = now + Math.min(FIRST_PAUSE_NANOS << Math.min(failures, 8), LONGEST_PAUSE_NANOS);
  }

  private CompletableFuture<Line> open() {
    answered = false;
    return clients
        .calls(settings.timeoutMillis())
        .thenCompose(calls ->
            introduced(calls)
                .thenCompose(self -> {
                  answered = true;
                  return clients
                      .hears(settings.timeoutMillis())
                      .thenCompose(hears -> subscribed(new Line(calls, hears, settings, self)));
                })
                .whenComplete((opened, failure) -> {
                  if (failure != null) {
                    calls.closeAsync();
                  }
                }));
  }

  /** What a server says of itself. */
  private record Self(String node, Ownership ownership) {}

  private CompletableFuture<Self> introduced(RedisConnection calls) {
    if (!settings.clustered()) {
      return CompletableFuture.completedFuture(new Self("", Ownership.ALL));
    }
    return ask(calls, MY_ID)
        .thenCombine(ask(calls, NODES), (node, nodes) -> new Self(node, Ownership.ofMyself(nodes)));
  }

  private CompletableFuture<String> ask(RedisConnection calls, RedisCommand<String> command) {
    return calls
        .<String, String>async(settings.timeoutMillis(), StringCodec.INSTANCE, command)
        .toCompletableFuture();
  }

  private CompletableFuture<Line> subscribed(Line opened) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    opened.hears.addListener(opened.channel, new Ear(opened, done));
    line.set(opened); // the first event may come before the future is done
    opened.hears.subscribe(done, ByteArrayCodec.INSTANCE, opened.channel);
    return done.orTimeout(settings.timeoutMillis(), TimeUnit.MILLISECONDS)
        .handle((nothing, failure) -> {
          if (failure != null || closed) {
            end(opened);
            throw new CompletionException(
                failure == null ? new CancellationException("closed") : failure);
          }
          return opened;
        });
  }

  private void end(Line old) {
    if (line.compareAndSet(old, null)) {
      old.close();
      lane.lost();
    }
  }

  /** Hears the channel over one connection, until another one takes its place. */
  private final class Ear implements RedisPubSubListener<Object> {
    private final Line mine;
    private final CompletableFuture<Void> done;

    Ear(Line mine, CompletableFuture<Void> done) {
      this.mine = mine;
      this.done = done;
    }

    @Override
    public void onMessage(CharSequence channel, Object message) {
      if (line.get() == mine && message instanceof byte[] bytes) {
        lane.message(bytes);
      }
    }

    /** Also after the connection broke and was made again. */
    @Override
    public void onStatus(PubSubType type, CharSequence channel) {
      if (line.get() == mine && type == PubSubType.SUBSCRIBE) {
        lane.subscribed();
        done.complete(null);
      }
    }
  }

  /** Connects anew. */
  void resubscribe() {
    Line old = line.get();
    if (old != null) {
      end(old);
    }
  }

  /** Fails with {@link RemoteUnavailableException}; within the time-out. */
  CompletableFuture<BeatReply> beat() {
    Line now = line.get();
    Known known = (now == null) ? null : now.known.get();
    int slot = (known == null) ? -1 : known.ownership.home();
    if (now == null || known == null || slot < 0) {
      if (now != null) {
        refresh(now);
      }
      return CompletableFuture.failedFuture(
          unavailable("it is not connected, or owns no slot", null));
    }
    String key = settings.beatKey(slot, now.node);
    List<byte[]> arguments =
        List.of(
            Heartbeat.request(settings.pauseMillis(), settings.random().nextLong()),
            bytes(settings.channelPrefix()),
            bytes(known.hash));
    long sent = settings.clock().nanos();
    return send(now, key, arguments)
        .handle((raw, failure) -> {
          if (failure != null) {
            reconnectIfSilent(now, failure);
            refresh(now);
            throw unavailable(Failures.diagnose(failure).text(), failure);
          }
          unanswered.set(0);
          return reply(now, known, sent, raw);
        });
  }

  /** Redisson makes the connection anew when it is closed. */
  private void reconnectIfSilent(Line now, Throwable failure) {
    Throwable why = (failure instanceof CompletionException) ? failure.getCause() : failure;
    if (why instanceof RedisTimeoutException && unanswered.incrementAndGet() >= SILENT) {
      unanswered.set(0);
      now.calls.getChannel().close();
    }
  }

  private CompletableFuture<Object> send(Line now, String key, List<byte[]> arguments) {
    Object[] words = {
      hash, 2, key, Layout.neverThere(key), arguments.get(0), arguments.get(1), arguments.get(2)
    };
    return call(now, Commands.EVALSHA, words)
        .exceptionallyCompose(failure -> {
          if (!ScriptSender.isUnknown(failure)) {
            return CompletableFuture.failedFuture(failure);
          }
          words[0] = Script.BEAT.text();
          return call(now, Commands.EVAL, words);
        });
  }

  private CompletableFuture<Object> call(Line now, RedisCommand<?> command, Object[] words) {
    return now.calls
        .<Object, Object>async(
            settings.timeoutMillis(), ByteArrayCodec.INSTANCE, Commands.cast(command), words)
        .toCompletableFuture();
  }

  private BeatReply reply(Line now, Known known, long sent, Object raw) {
    if (!(raw instanceof byte[] bytes)) {
      throw new IllegalStateException("a beat answered " + raw + ", not bytes");
    }
    Heartbeat.Reply reply = Heartbeat.reply(bytes);
    clockWatch.observe(sent, settings.clock().nanos(), reply.micros());
    if (!reply.node().equals(now.node)) { // its channel has another name now
      end(now);
      throw unavailable("another node answers there", null);
    }
    Ownership ownership = known.ownership;
    if (!reply.hash().equals(known.hash)) {
      ownership = Ownership.parse(now.node, reply.slots());
      now.known.set(new Known(ownership, reply.hash()));
    }
    return new BeatReply(
        reply.runId(),
        reply.incarnation(),
        ownership.configurationEpoch(),
        reply.micros(),
        ownership.slots(),
        new Beat(reply.runId(), reply.incarnation(), reply.awaited()));
  }

  /** Asks for the slots: a beat whose key is in a slot that has gone can't tell. */
  private void refresh(Line now) {
    if (settings.clustered() && !closed) {
      ask(now.calls, NODES)
          .thenAccept(nodes -> now.known.set(new Known(Ownership.ofMyself(nodes), "")));
    }
  }

  private RemoteUnavailableException unavailable(String what, @Nullable Throwable cause) {
    return new RemoteUnavailableException(clients.address() + ": beat: " + what, false, cause);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Nothing is told after the event that says so. */
  @Override
  public void close() {
    closed = true;
    Line old = line.getAndSet(null);
    if (old != null) {
      old.close();
    }
    clients.close();
    lane.gone();
  }

  @Override
  public String name() {
    return clients.server();
  }

  @Override
  public String toString() {
    return clients.address();
  }
}
