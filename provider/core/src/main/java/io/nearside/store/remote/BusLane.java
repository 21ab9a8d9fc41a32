package io.nearside.store.remote;

import io.nearside.observe.Seldom;
import io.nearside.observe.Thrown;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one master says, on its way to the thread of the bus, in order. When that thread can't keep
 * up, what waits beyond a bound is thrown away and counts as lost: then it is as if the connection
 * had broken. Thread-safe.
 */
final class BusLane {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteConnection.class);

  private final String server;
  private final AtomicLong unhandled = new AtomicLong();
  private final Executor thread;
  private final Hearing hearing;
  private final int maximum;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean closed;

  /** Guarded by the lock, as the next. */
  private boolean throwingAway;

  private boolean subscribed;

  /** Called on the thread of the bus. */
  interface Hearing {
    /** All that is published from now on comes, until it is lost. */
    void subscribed();

    void lost();

    void message(byte[] message);

    /** Nothing comes any more. */
    void gone();
  }

  /**
   * @param server whose messages they are, for the log
   * @param thread runs one after the other
   * @param maximum how many messages may wait
   */
  BusLane(String server, Executor thread, Hearing hearing, int maximum) {
    this.server = server;
    this.thread = thread;
    this.hearing = hearing;
    this.maximum = maximum;
  }

  void subscribed() {
    lock.lock();
    try {
      subscribed = true;
      throwingAway = false;
      tell(hearing::subscribed);
    } finally {
      lock.unlock();
    }
  }

  void lost() {
    lock.lock();
    try {
      if (subscribed) {
        subscribed = false;
        tell(hearing::lost);
      }
    } finally {
      lock.unlock();
    }
  }

  void message(byte[] message) {
    lock.lock();
    try {
      if (throwingAway && subscribed && waiting.get() == 0) {
        throwingAway = false;
        tell(hearing::subscribed);
      }
      if (subscribed && !throwingAway) {
        add(message);
      }
    } finally {
      lock.unlock();
    }
  }

  private void add(byte[] message) {
    if (waiting.incrementAndGet() > maximum) {
      waiting.decrementAndGet();
      throwingAway = true;
      LOG.warn(
          "{}: more than {} messages wait to be handled, and copies of what it holds are not used until"
              + " they are; see what keeps this JVM from running",
          server,
          maximum);
      tell(hearing::lost);
      return;
    }
    tell(() -> {
      waiting.decrementAndGet();
      hearing.message(message);
    });
  }

  /** Nothing is told after this. */
  void gone() {
    tell(() -> {
      closed = true;
      hearing.gone();
    });
  }

  private void tell(Runnable event) {
    try {
      thread.execute(() -> {
        if (!closed) {
          safely(event);
        }
      });
    } catch (RejectedExecutionException e) {
      // the bus is closed: nobody hears any more
    }
  }

  /** What could not be handled has not been heard. */
  private void safely(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      long times = unhandled.incrementAndGet();
      if (Seldom.isTold(times)) {
        LOG.error(
            "{}: a message could not be handled ({} times so far), and copies of what it holds are"
                + " proved anew; see who else publishes there, else report it",
            server,
            times,
            Thrown.silenced(e));
      }
      hearing.lost();
      hearing.subscribed();
    }
  }
}
