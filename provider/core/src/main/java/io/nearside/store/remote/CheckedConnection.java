package io.nearside.store.remote;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

  /** By as many threads as come: one that waited for another would wait for two time-outs. */
  private void agree() {
    Object answer =
        behind.eval(
            Script.NAMESPACE,
            List.of(Layout.namespaceKey(namespace)),
            List.of(Integer.toString(partitions).getBytes(StandardCharsets.US_ASCII)));
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
    agreed = true;
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
