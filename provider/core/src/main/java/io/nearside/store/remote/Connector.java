package io.nearside.store.remote;

import io.nearside.NearsideHealth.Kind;
import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.resilience.Diagnosis;
import io.nearside.store.Trouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.redisson.command.CommandAsyncExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects for the first time, on a thread of its own that ends when it is done: Redisson would
 * block the first caller for as long as connecting takes. Later Redisson reconnects by itself.
 */
final class Connector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteConnection.class);
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 500;
  private static final String REMEDY =
      "; it is tried on; see whether remote.address is right and the server is up";

  private final String name;
  private final CommandAsyncExecutor executor;
  private final String channels;
  private final long begun;
  private final CompletableFuture<Void> connected = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final AtomicBoolean warned = new AtomicBoolean();
  private volatile @Nullable Diagnosis failure;
  private volatile boolean up;

  /**
   * @param channels what the names of all that is said begin with
   * @param begun what the clock says now
   */
  Connector(String name, CommandAsyncExecutor executor, String channels, long begun) {
    this.name = name;
    this.begun = begun;
    this.executor = executor;
    this.channels = channels;
  }

  void start() {
    Thread thread = new Thread(this::connect, "nearside-connect");
    thread.setDaemon(true);
    thread.start();
  }

  private void connect() {
    long pause = FIRST_PAUSE_MILLIS;
    while (!closed.isDone() && !tryConnect()) {
      pause(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  private void pause(long millis) {
    try {
      closed.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // then the next try is due
    } catch (InterruptedException | ExecutionException e) {
      closed.complete(null);
    }
  }

  private boolean tryConnect() {
    try {
      executor.getConnectionManager().getEntrySet();
      ServerProbe.check(executor, channels);
      connected();
      return true;
    } catch (UnsupportedServerException e) {
      if (warned.compareAndSet(false, true)) {
        LOG.error("{}: {}", name, e.getMessage());
      }
      failure = e.diagnosis();
      return false;
    } catch (RuntimeException e) {
      failed(Failures.diagnose(e));
      return false;
    }
  }

  private void connected() {
    failure = null;
    up = true;
    if (warned.get()) {
      LOG.info("{}: connected", name);
    }
    connected.complete(null);
  }

  private void failed(Diagnosis diagnosis) {
    failure = diagnosis;
    if (!closed.isDone() && warned.compareAndSet(false, true)) {
      LOG.warn("{}: {}; trying until it is reached", name, diagnosis.text());
    }
  }

  /**
   * Returns when there is a connection, at once if there is.
   *
   * @throws RemoteUnavailableException after the time-out, or at once if the last try has failed
   */
  void await(String what, long timeoutNanos) {
    if (up) {
      return;
    }
    Diagnosis known = failure;
    if (known != null) {
      throw unavailable(what, known);
    }
    try {
      connected.get(timeoutNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(what, waiting("the waiting thread was interrupted"));
    } catch (TimeoutException | ExecutionException e) {
      known = failure;
      if (known == null) {
        known = waiting("not connected yet");
        failure = known; // the next one need not wait as long
      }
      throw unavailable(what, known);
    }
  }

  private static Diagnosis waiting(String text) {
    return new Diagnosis(Diagnosis.Kind.OUTAGE, text + REMEDY, true, null);
  }

  private RemoteUnavailableException unavailable(String what, Diagnosis diagnosis) {
    return new RemoteUnavailableException(
        name + ": " + what + ": " + diagnosis.text(),
        diagnosis.kind() == Diagnosis.Kind.DENIED ? Reason.DENIED : Reason.UNREACHABLE,
        false,
        diagnosis.cause());
  }

  /** Why there is no connection; null if there is. */
  @Nullable Trouble trouble() {
    if (up) {
      return null;
    }
    Diagnosis known = failure;
    String why = (known == null) ? "not connected yet" : known.text();
    return new Trouble(Kind.REMOTE_NEVER_REACHED, name, begun, why);
  }

  boolean isUp() {
    return up;
  }

  /** Runs when there is a connection; at once if there is. */
  void whenUp(Runnable action) {
    connected.thenRun(action);
  }

  @Override
  public void close() {
    closed.complete(null);
  }
}
