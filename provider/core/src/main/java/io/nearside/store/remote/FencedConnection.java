package io.nearside.store.remote;

import io.nearside.store.Trouble;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose reads are {@linkplain Reading#FENCED fenced}, for what is copied. Thread-safe.
 */
record FencedConnection(RemoteConnection behind) implements RemoteConnection {

  @Override
  public List<byte @Nullable []> read(List<String> keys) {
    return behind.fetch(keys);
  }

  @Override
  public boolean isAtHand() {
    return behind.isAtHand();
  }

  @Override
  public CompletableFuture<List<byte @Nullable []>> readAsync(List<String> keys) {
    return behind.fetchAsync(keys);
  }

  @Override
  public CompletableFuture<List<byte @Nullable []>> fetchAsync(List<String> keys) {
    return behind.fetchAsync(keys);
  }

  @Override
  public List<@Nullable List<byte @Nullable []>> readAll(List<List<String>> groups) {
    return behind.fetchAll(groups);
  }

  @Override
  public List<byte @Nullable []> fetch(List<String> keys) {
    return behind.fetch(keys);
  }

  @Override
  public CompletableFuture<List<@Nullable List<byte @Nullable []>>> readAllAsync(
      List<List<String>> groups, long nanos) {
    return behind.fetchAllAsync(groups, nanos);
  }

  @Override
  public CompletableFuture<List<@Nullable List<byte @Nullable []>>> fetchAllAsync(
      List<List<String>> groups, long nanos) {
    return behind.fetchAllAsync(groups, nanos);
  }

  @Override
  public List<@Nullable List<byte @Nullable []>> fetchAll(List<List<String>> groups) {
    return behind.fetchAll(groups);
  }

  @Override
  public boolean fenced() {
    return true;
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
    return behind.eval(script, keys, arguments);
  }

  @Override
  public CompletableFuture<@Nullable Object> evalAsync(
      Script script, List<String> keys, List<byte[]> arguments, long end) {
    return behind.evalAsync(script, keys, arguments, end);
  }

  @Override
  public Replicated<Object> evalReplicated(
      Script script, List<String> keys, List<byte[]> arguments, long end) {
    return behind.evalReplicated(script, keys, arguments, end);
  }

  @Override
  public ScanPage scan(ScanCursor cursor, String pattern, int count) {
    return behind.scan(cursor, pattern, count);
  }

  @Override
  public long unlink(List<String> keys) {
    return behind.unlink(keys);
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
  public void onConnected(Runnable listener) {
    behind.onConnected(listener);
  }

  @Override
  public void close() {
    behind.close();
  }
}
