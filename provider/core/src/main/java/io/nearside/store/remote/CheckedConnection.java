package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose first call is preceded by a look at what the namespace was made with: with
 * another number of partitions two nodes would not find each other's entries. Thread-safe.
 */
final class CheckedConnection implements RemoteConnection {
  private final RemoteConnection behind;
  private final String namespace;
  private final int partitions;

  /** Asked by one for all who need it meanwhile: one after the other would wait far too long. */
  private final AtomicReference<@Nullable CompletableFuture<@Nullable Object>> asking =
      new AtomicReference<>();

  private volatile boolean agreed;

  CheckedConnection(RemoteConnection behind, String namespace, int partitions) {
    this.behind = behind;
    this.namespace = namespace;
    this.partitions = partitions;
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
    CompletableFuture<@Nullable Object> mine = new CompletableFuture<>();
    CompletableFuture<@Nullable Object> other = asking.compareAndExchange(null, mine);
    if (other == null) {
      ask(mine);
    }
    compare(answer(other == null ? mine : other));
    agreed = true;
  }

  private void ask(CompletableFuture<@Nullable Object> answer) {
    try {
      answer.complete(
          behind.eval(
              Script.NAMESPACE,
              List.of(Layout.namespaceKey(namespace)),
              List.of(Integer.toString(partitions).getBytes(StandardCharsets.US_ASCII))));
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    } finally {
      asking.set(null);
    }
  }

  private Object answer(CompletableFuture<@Nullable Object> asked) {
    try {
      Object answer = asked.get(behind.timeoutNanos(), TimeUnit.NANOSECONDS);
      return answer == null ? "" : answer;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("a call of redis failed", e);
    } catch (TimeoutException e) {
      throw unavailable("no answer within remote.timeout");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("the waiting thread was interrupted");
    }
  }

  private RemoteUnavailableException unavailable(String why) {
    return new RemoteUnavailableException(
        "namespace \"" + namespace + "\": asking for its partitions: " + why, false, null);
  }

  private void compare(Object answer) {
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
  public @Nullable Object eval(Script script, List<String> keys, List<byte[]> arguments) {
    return agreed().eval(script, keys, arguments);
  }

  @Override
  public CompletableFuture<@Nullable Object> evalAsync(
      Script script, List<String> keys, List<byte[]> arguments) {
    return agreed().evalAsync(script, keys, arguments);
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
  public long timeoutNanos() {
    return behind.timeoutNanos();
  }

  @Override
  public void tick() {
    behind.tick();
  }

  @Override
  public void onConnected(Runnable listener) {
    behind.onConnected(listener);
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
