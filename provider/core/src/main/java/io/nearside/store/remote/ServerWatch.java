package io.nearside.store.remote;

import io.nearside.observe.ServerFigures;
import io.nearside.store.Clock;
import io.nearside.store.SystemRandom;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the masters for their own figures at intervals, if no other node of the namespace does: who
 * asks holds a right in Redis that ends by itself. Thread-safe, never waits.
 */
final class ServerWatch {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteConnection.class);

  /** The right outlives so many intervals without its holder. */
  private static final int INTERVALS = 3;

  private final RedissonConnection connection;
  private final String right;
  private final long intervalNanos;
  private final Clock clock;
  private final Consumer<List<ServerFigures>> told;
  private final byte[] me =
      Long.toHexString(SystemRandom.INSTANCE.nextLong()).getBytes(StandardCharsets.US_ASCII);
  private final byte[] lifeMillis;
  private final AtomicBoolean asking = new AtomicBoolean();
  private final AtomicBoolean warned = new AtomicBoolean();
  private volatile long due;

  /**
   * @param told what the masters said, after each interval; nothing if another node asks, or Redis
   *     is away; runs on a thread of the network
   */
  ServerWatch(
      RedissonConnection connection,
      String namespace,
      Duration interval,
      Clock clock,
      Consumer<List<ServerFigures>> told) {
    this.connection = connection;
    this.right = Layout.watchKey(namespace);
    this.intervalNanos = interval.toNanos();
    this.clock = clock;
    this.told = told;
    this.lifeMillis =
        Long.toString(INTERVALS * interval.toMillis()).getBytes(StandardCharsets.US_ASCII);
    this.due = clock.nanos();
  }

  void tick() {
    long now = clock.nanos();
    if (!connection.isUp() || now - due < 0 || !asking.compareAndSet(false, true)) {
      return;
    }
    due = now + intervalNanos;
    connection
        .evalAsync(
            Script.WATCH, List.of(right), List.of(me, lifeMillis), now + connection.timeoutNanos())
        .thenCompose(mine ->
            Long.valueOf(1).equals(mine)
                ? everyone(connection.infos())
                : CompletableFuture.completedFuture(List.<ServerFigures>of()))
        .whenComplete((all, failure) -> {
          asking.set(false);
          warnOnce(failure);
          told.accept(failure == null ? all : List.of());
        });
  }

  private void warnOnce(@Nullable Throwable failure) {
    if (failure != null && warned.compareAndSet(false, true)) {
      Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
      LOG.warn(
          "the figures of redis (INFO, {}) can't be shown now: {}; tried again at each metrics.server",
          right,
          Failures.diagnose(cause == null ? failure : cause).text());
    }
  }

  private static CompletableFuture<List<ServerFigures>> everyone(
      Map<String, CompletableFuture<String>> asked) {
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
        .thenApply(nothing -> {
          List<ServerFigures> all = new ArrayList<>();
          asked.forEach((server, info) -> all.add(parsed(server, info.join())));
          return all;
        });
  }

  /** Of what INFO answers; 0 for what it does not tell. */
  static ServerFigures parsed(String server, String info) {
    Map<String, Long> figures = new HashMap<>();
    info.lines().forEach(line -> note(line, figures));
    return new ServerFigures(
        server,
        figures.getOrDefault("used_memory", 0L),
        figures.getOrDefault("maxmemory", 0L),
        figures.getOrDefault("evicted_keys", 0L),
        figures.getOrDefault("connected_clients", 0L));
  }

  private static void note(String line, Map<String, Long> figures) {
    int colon = line.indexOf(':');
    if (colon > 0 && line.substring(colon + 1).strip().matches("[0-9]{1,18}")) {
      figures.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          Long.valueOf(line.substring(colon + 1).strip()));
    }
  }
}
