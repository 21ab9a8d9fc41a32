package io.nearside.store.remote;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
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
   * @param thread runs one after the other
   * @param maximum how many messages may wait
   */
  BusLane(Executor thread, Hearing hearing, int maximum) {
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
      LOG.warn("more than {} messages of redis wait to be handled; copies are not used", maximum);
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
      LOG.error("a message of redis could not be handled; all copies are asked for again", e);
      hearing.lost();
      hearing.subscribed();
    }
  }
}
