package io.nearside.event;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.event.EventType;
import org.jspecify.annotations.Nullable;

/** A listener with its filter and its lanes. Thread-safe. */
final class Registration<K, V> {
  private static final int LANES = 4;

  private final CacheEntryListenerConfiguration<K, V> configuration;
  private final CacheEntryListener<? super K, ? super V> listener;
  private final @Nullable CacheEntryEventFilter<? super K, ? super V> filter;
  private final Lane[] lanes = new Lane[LANES];
  private final int maximumQueued;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private int queued;
  private long dropped;

  /**
   * Makes the listener and the filter.
   *
   * @throws RuntimeException of their factories
   */
  Registration(
      String cache, CacheEntryListenerConfiguration<K, V> configuration, int maximumQueued) {
    this.configuration = configuration;
    this.maximumQueued = maximumQueued;
    this.listener = made(configuration.getCacheEntryListenerFactory(), cache, "listener");
    try {
      var filters = configuration.getCacheEntryEventFilterFactory();
      this.filter = (filters == null) ? null : made(filters, cache, "event filter");
    } catch (RuntimeException | Error e) {
      close(listener).forEach(e::addSuppressed);
      throw e;
    }
    for (int i = 0; i < LANES; i++) {
      lanes[i] = new Lane();
    }
  }

  private static <T> T made(@Nullable Factory<T> factory, String cache, String what) {
    T made = (factory == null) ? null : factory.create();
    if (made == null) {
      throw new IllegalArgumentException(
          "cache \""
              + cache
              + "\": the "
              + what
              + " factory "
              + (factory == null ? "is null" : "returned null"));
    }
    return made;
  }

  CacheEntryListenerConfiguration<K, V> configuration() {
    return configuration;
  }

  boolean synchronous() {
    return configuration.isSynchronous();
  }

  boolean oldValueRequired() {
    return configuration.isOldValueRequired();
  }

  boolean listensTo(EventType type) {
    return switch (type) {
      case CREATED -> listener instanceof CacheEntryCreatedListener;
      case UPDATED -> listener instanceof CacheEntryUpdatedListener;
      case REMOVED -> listener instanceof CacheEntryRemovedListener;
      case EXPIRED -> listener instanceof CacheEntryExpiredListener;
    };
  }

  Lane lane(Object key) {
    int hash = key.hashCode();
    return lanes[(hash ^ (hash >>> 16)) & (LANES - 1)];
  }

  /** Takes a place in the queue; false if there is none. Never waits. */
  boolean enter() {
    lock.lock();
    try {
      if (queued >= maximumQueued) {
        dropped++;
        return false;
      }
      queued++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      queued--;
      room.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is a place in the queue, or the time is over. */
  void awaitRoom(long timeoutNanos) {
    lock.lock();
    try {
      long left = timeoutNanos;
      // Some places are kept for those who were let in at the same moment.
      while (queued >= maximumQueued - maximumQueued / 8 && left > 0) {
        left = room.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  int queued() {
    lock.lock();
    try {
      return queued;
    } finally {
      lock.unlock();
    }
  }

  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Calls the user's filter and listener. */
  void call(EntryEvent<K, V> event) {
    try {
      if (filter == null || evaluate(filter, event)) {
        dispatch(event);
      }
    } catch (CacheEntryListenerException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new CacheEntryListenerException("a cache entry listener or its filter threw " + e, e);
    }
  }

  @SuppressWarnings("unchecked")
  private boolean evaluate(
      CacheEntryEventFilter<? super K, ? super V> test, EntryEvent<K, V> event) {
    return ((CacheEntryEventFilter<K, V>) test).evaluate(event);
  }

  @SuppressWarnings("unchecked")
  private void dispatch(EntryEvent<K, V> event) {
    switch (event.getEventType()) {
      case CREATED -> ((CacheEntryCreatedListener<K, V>) listener).onCreated(List.of(event));
      case UPDATED -> ((CacheEntryUpdatedListener<K, V>) listener).onUpdated(List.of(event));
      case REMOVED -> ((CacheEntryRemovedListener<K, V>) listener).onRemoved(List.of(event));
      case EXPIRED -> ((CacheEntryExpiredListener<K, V>) listener).onExpired(List.of(event));
    }
  }

  /** Closes the listener and the filter if they can be; returns what went wrong. */
  List<Exception> close() {
    return close(listener, filter);
  }

  private static List<Exception> close(@Nullable Object... parts) {
    List<Exception> failures = new ArrayList<>();
    for (Object part : parts) {
      if (part instanceof Closeable closeable) {
        try {
          closeable.close();
        } catch (IOException | RuntimeException e) {
          failures.add(e);
        }
      }
    }
    return failures;
  }

  /** How long a change waits for a listener that has fallen behind. */
  static long patienceNanos() {
    return TimeUnit.SECONDS.toNanos(1);
  }
}
