package io.nearside.store.remote;

import io.nearside.store.Trouble;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Redis as the remote tier uses it: bytes in, bytes out; every call is bounded in time, counted by
 * the circuit breaker of its master and not repeated. Thread-safe.
 *
 * <p>What blocks throws {@link io.nearside.RemoteUnavailableException}; what returns a future
 * completes it so, within the time-out. Keys of one call share a slot unless the server is not
 * {@linkplain #clustered clustered}.
 */
interface RemoteConnection extends AutoCloseable {

  /** Whether keys of several slots can't be named in one call. */
  boolean clustered();

  /** Of a key; 0 if the server is not {@linkplain #clustered clustered}. */
  int slot(String key);

  /** Whether what is read is only told where changes are accepted. */
  default boolean fenced() {
    return false;
  }

  /**
   * Runs a script that changes something, at the master of its first key. Repeated only, within the
   * time-out, when the server says that it has not begun: it loads, fails over or moves slots.
   *
   * @return {@code null}, {@link Long}, {@code byte[]}, or a list of such
   */
  @Nullable Object eval(Script script, List<String> keys, List<byte[]> arguments);

  /**
   * As {@link #eval}, in the time of an operation that may go on in other threads.
   *
   * @param end when it fails at the latest, in nanoseconds of {@link io.nearside.store.Clock#nanos}
   */
  CompletableFuture<@Nullable Object> evalAsync(
      Script script, List<String> keys, List<byte[]> arguments, long end);

  /**
   * As {@link #evalAsync}, and asks the master whether a replica has what the script did. A script
   * that changes nothing is answered without regard to replicas.
   */
  Replicated<Object> evalReplicated(
      Script script, List<String> keys, List<byte[]> arguments, long end);

  /**
   * The values of a few keys at one instant. Calls of several threads ride together; a lone one is
   * sent at once.
   */
  List<byte @Nullable []> read(List<String> keys);

  /** Whether calls are sent at once: the server has been reached, and is the one it should be. */
  default boolean isAtHand() {
    return false;
  }

  /** As {@link #read}, without waiting where it {@linkplain #isAtHand is at hand}. */
  default CompletableFuture<List<byte @Nullable []>> readAsync(List<String> keys) {
    return CompletableFuture.completedFuture(read(keys));
  }

  /**
   * The values of many groups of keys, each group at one instant, in one round trip for each master
   * and 500 keys.
   *
   * @return for each group its values, or null where its master did not answer; each round trip has
   *     the time-out to itself, and after the first that fails a master is not asked again
   * @throws io.nearside.RemoteUnavailableException if nothing was answered, saying why
   */
  List<@Nullable List<byte @Nullable []>> readAll(List<List<String>> groups);

  /**
   * As {@link #readAll}, without waiting likewise.
   *
   * @param nanos what each round trip may take
   */
  default CompletableFuture<List<@Nullable List<byte @Nullable []>>> readAllAsync(
      List<List<String>> groups, long nanos) {
    return CompletableFuture.completedFuture(readAll(groups));
  }

  /**
   * As {@link #read}, but refused by a master that would refuse changes: one that is demoted, cut
   * off, or lacks replicas.
   */
  List<byte @Nullable []> fetch(List<String> keys);

  /** As {@link #fetch}, without waiting likewise. */
  default CompletableFuture<List<byte @Nullable []>> fetchAsync(List<String> keys) {
    return CompletableFuture.completedFuture(fetch(keys));
  }

  /** As {@link #readAll}, and as {@link #fetch}. */
  List<@Nullable List<byte @Nullable []>> fetchAll(List<List<String>> groups);

  /** As {@link #readAllAsync}, and as {@link #fetch}. */
  default CompletableFuture<List<@Nullable List<byte @Nullable []>>> fetchAllAsync(
      List<List<String>> groups, long nanos) {
    return CompletableFuture.completedFuture(fetchAll(groups));
  }

  /**
   * One step through all keys that match a pattern, over all masters.
   *
   * @param cursor where the last step ended; {@link ScanCursor#START} at first
   */
  ScanPage scan(ScanCursor cursor, String pattern, int count);

  /** Deletes keys, whatever slots they have, without blocking the server. */
  long unlink(List<String> keys);

  /**
   * The clock of the server that is the master of a key, as this node knows it; the server is asked
   * for its time if nothing is known yet.
   */
  ServerClock serverClock(String key);

  /** As {@link #serverClock}, without waiting for the server. */
  default CompletableFuture<ServerClock> serverClockAsync(String key) {
    return CompletableFuture.completedFuture(serverClock(key));
  }

  /**
   * What the caller may wait for one call, in nanoseconds: the time-out, or what is left of it in
   * the {@linkplain CallTime operation} that the thread is in.
   */
  long timeoutNanos();

  /**
   * What is due now and then: server clocks are asked again, servers thought away are looked for.
   * Cheap, never blocks; for a thread that comes by every 100 ms or so.
   */
  void tick();

  /** What its masters can't do now, as far as calls have shown; asks none. */
  default List<Trouble> troubles() {
    return List.of();
  }

  /** Tells when calls succeed again after the circuit breaker of a master had opened. */
  void onRecovery(Runnable listener);

  /** Runs when the server has been reached for the first time; at once if it has. */
  void onConnected(Runnable listener);

  @Override
  void close();
}
