package io.nearside.store.remote;

import io.nearside.store.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.OptionalOptions;
import org.redisson.client.codec.ByteArrayCodec;

/** As much of a connection as scripts need, with a time-out that a test sets. */
final class ScriptConnection implements RemoteConnection {
  private final RedissonClient client;
  private final boolean clustered;
  private final List<String> names = new ArrayList<>();
  private final ServerClock clock = new ServerClock();
  private volatile long timeoutNanos = 10_000_000_000L;

  ScriptConnection(RedissonClient client, boolean clustered) {
    this.client = client;
    this.clustered = clustered;
  }

  /** Below 0: every script comes too late. */
  void timeoutNanos(long nanos) {
    timeoutNanos = nanos;
  }

  /** The scripts that were called. */
  synchronized List<String> called() {
    return List.copyOf(names);
  }

  @Override
  public boolean clustered() {
    return clustered;
  }

  @Override
  public int slot(String key) {
    throw new AssertionError("no script asks for a slot");
  }

  @Override
  public @Nullable Object eval(Script script, List<String> keys, List<byte[]> arguments) {
    return evalAsync(script, keys, arguments, Long.MAX_VALUE).join();
  }

  @Override
  public CompletableFuture<@Nullable Object> evalAsync(
      Script script, List<String> keys, List<byte[]> arguments, long end) {
    synchronized (this) {
      names.add(script.name());
    }
    return client
        .getScript(OptionalOptions.defaults().codec(ByteArrayCodec.INSTANCE).retryAttempts(0))
        .<Object>evalAsync(
            RScript.Mode.READ_WRITE,
            script.text(),
            RScript.ReturnType.VALUE,
            new ArrayList<>(keys),
            arguments.toArray())
        .toCompletableFuture();
  }

  @Override
  public Replicated<Object> evalReplicated(
      Script script, List<String> keys, List<byte[]> arguments, long end) {
    throw new AssertionError("no script asks replicas");
  }

  @Override
  public ServerClock serverClock(String key) {
    return clock;
  }

  @Override
  public long timeoutNanos() {
    return timeoutNanos;
  }

  @Override
  public List<byte @Nullable []> read(List<String> keys) {
    throw new AssertionError("no script reads so");
  }

  @Override
  public List<@Nullable List<byte @Nullable []>> readAll(List<List<String>> groups) {
    throw new AssertionError("no script reads so");
  }

  @Override
  public List<byte @Nullable []> fetch(List<String> keys) {
    throw new AssertionError("no script reads so");
  }

  @Override
  public List<@Nullable List<byte @Nullable []>> fetchAll(List<List<String>> groups) {
    throw new AssertionError("no script reads so");
  }

  @Override
  public ScanPage scan(ScanCursor cursor, String pattern, int count) {
    throw new AssertionError("no script scans");
  }

  @Override
  public long unlink(List<String> keys) {
    throw new AssertionError("scripts unlink by themselves");
  }

  @Override
  public void tick() {}

  @Override
  public void onRecovery(Runnable listener) {}

  @Override
  public void onConnected(Runnable listener) {
    listener.run();
  }

  @Override
  public void close() {}

  /** By the server, in microseconds. */
  long serverMicros() {
    return clock.microsAt(Clock.system().nanos());
  }
}
