package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Clock;
import io.nearside.store.Trouble;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose first call is preceded by a look at what the namespace was made with: with
 * another number of partitions two nodes would not find each other's entries. It looks again after
 * an outage and now and then, since Redis may lose what it knew. Thread-safe.
 */
final class CheckedConnection implements RemoteConnection {
  /** So often, some ten seconds, it is looked whether the namespace is still there. */
  private static final int TICKS = 100;

  private final RemoteConnection behind;
  private final String namespace;
  private final int partitions;
  private final Clock clock;

  /** Asked by one for all who need it meanwhile: one after the other would wait far too long. */
  private final AtomicReference<@Nullable CompletableFuture<Void>> asking = new AtomicReference<>();

  private final AtomicInteger ticks = new AtomicInteger();
  private volatile boolean recovered;
  private volatile boolean agreed;

  CheckedConnection(RemoteConnection behind, String namespace, int partitions, Clock clock) {
    this.behind = behind;
    this.clock = clock;
    this.namespace = namespace;
    this.partitions = partitions;
    behind.onRecovery(() -> recovered = true);
  }

  /**
   * Agrees with the namespace.
   *
   * @throws CacheException if it has another number of partitions
   * @throws io.nearside.RemoteUnavailableException if Redis is away
   */
  RemoteConnection agreed() {
    if (!agreed) {
      agree();
    }
    return behind;
  }

  private void agree() {
    try {
      agreement().get(behind.timeoutNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CacheException cause
          ? cause
          : new IllegalStateException("a call of redis failed", e);
    } catch (TimeoutException e) {
      throw unavailable("no answer within remote.timeout");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("the waiting thread was interrupted");
    }
  }

  /** What is being asked, or else asks; completes when it is agreed. */
  private CompletableFuture<Void> agreement() {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> other = asking.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    CompletableFuture<@Nullable Object> answer;
    try {
      answer =
          behind.evalAsync(
              Script.NAMESPACE,
              List.of(Layout.namespaceKey(namespace)),
              List.of(Integer.toString(partitions).getBytes(StandardCharsets.US_ASCII)),
              clock.nanos() + behind.timeoutNanos());
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    answer.whenComplete((there, failure) -> {
      asking.set(null);
      settle(mine, there, failure);
    });
    return mine;
  }

  private void settle(
      CompletableFuture<Void> asked, @Nullable Object there, @Nullable Throwable failure) {
    if (failure != null) {
      asked.completeExceptionally(
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure);
      return;
    }
    try {
      compare(there);
      agreed = true;
      asked.complete(null);
    } catch (CacheException e) {
      agreed = false;
      asked.completeExceptionally(e);
    }
  }

  private RemoteUnavailableException unavailable(String why) {
    return new RemoteUnavailableException(
        "namespace \"" + namespace + "\": asking for its partitions: " + why, false, null);
  }

  private void compare(@Nullable Object answer) {
    String there =
        (answer instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : "?";
    if (!there.equals(Integer.toString(partitions))) {
      throw new CacheException(
          "namespace \""
              + namespace
              + "\": remote.partitions must be "
              + there
              + ", as when the namespace was made, was "
              + partitions
              + "; set it so, or choose another namespace");
    }
  }

  @Override
  public boolean clustered() {
    return behind.clustered();
  }

  @Override
  public int slot(String key) {
    return behind.slot(key);
  }

  @Override
  public @Nullable Object eval(Script script, List<String> keys, List<byte[]> arguments) {
    return agreed().eval(script, keys, arguments);
  }

  @Override
  public CompletableFuture<@Nullable Object> evalAsync(
      Script script, List<String> keys, List<byte[]> arguments, long end) {
    return agreed
        ? behind.evalAsync(script, keys, arguments, end)
        : agreement().thenCompose(nothing -> behind.evalAsync(script, keys, arguments, end));
  }

  @Override
  public Replicated<Object> evalReplicated(
      Script script, List<String> keys, List<byte[]> arguments, long end) {
    return agreed
        ? behind.evalReplicated(script, keys, arguments, end)
        : Replicated.after(agreement(), () -> behind.evalReplicated(script, keys, arguments, end));
  }

  @Override
  public List<byte @Nullable []> read(List<String> keys) {
    return agreed().read(keys);
  }

  @Override
  public List<@Nullable List<byte @Nullable []>> readAll(List<List<String>> groups) {
    return agreed().readAll(groups);
  }

  @Override
  public List<byte @Nullable []> fetch(List<String> keys) {
    return agreed().fetch(keys);
  }

  @Override
  public boolean isAtHand() {
    return agreed && behind.isAtHand();
  }

  @Override
  public CompletableFuture<List<byte @Nullable []>> readAsync(List<String> keys) {
    return agreed().readAsync(keys);
  }

  @Override
  public CompletableFuture<List<byte @Nullable []>> fetchAsync(List<String> keys) {
    return agreed().fetchAsync(keys);
  }

  @Override
  public CompletableFuture<List<@Nullable List<byte @Nullable []>>> readAllAsync(
      List<List<String>> groups, long nanos) {
    return agreed().readAllAsync(groups, nanos);
  }

  @Override
  public CompletableFuture<List<@Nullable List<byte @Nullable []>>> fetchAllAsync(
      List<List<String>> groups, long nanos) {
    return agreed().fetchAllAsync(groups, nanos);
  }

  @Override
  public List<@Nullable List<byte @Nullable []>> fetchAll(List<List<String>> groups) {
    return agreed().fetchAll(groups);
  }

  @Override
  public ScanPage scan(ScanCursor cursor, String pattern, int count) {
    return agreed().scan(cursor, pattern, count);
  }

  @Override
  public long unlink(List<String> keys) {
    return agreed().unlink(keys);
  }

  @Override
  public ServerClock serverClock(String key) {
    return behind.serverClock(key);
  }

  @Override
  public CompletableFuture<ServerClock> serverClockAsync(String key) {
    return behind.serverClockAsync(key);
  }

  @Override
  public long timeoutNanos() {
    return behind.timeoutNanos();
  }

  @Override
  public void tick() {
    behind.tick();
    boolean due = ticks.incrementAndGet() % TICKS == 0;
    if (recovered || (due && agreed)) {
      recovered = false;
      agreement(); // what it finds, the next call says
    }
  }

  @Override
  public void onConnected(Runnable listener) {
    behind.onConnected(listener);
  }

  @Override
  public List<Trouble> troubles() {
    return behind.troubles();
  }

  @Override
  public void onRecovery(Runnable listener) {
    behind.onRecovery(listener);
  }

  @Override
  public void close() {
    behind.close();
  }
}
