package io.nearside.event;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

/**
 * A listener with its filter and its lanes. Thread-safe.
 *
 * <p>An asynchronous listener has fallen behind when its queue is nearly full. Changes then wait
 * for room, each up to {@link #PATIENCE_NANOS}; but not at all once the listener has taken nothing
 * for that long.
 */
final class Registration<K, V> {
  private static final int SYNCHRONOUS_LANES = 4;

  /** As many threads as an asynchronous listener may keep from others. */
  private static final int ASYNCHRONOUS_LANES = 2;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int CLOSED = Integer.MIN_VALUE;

  private final CacheEntryListenerConfiguration<K, V> configuration;
  private final CacheEntryListener<? super K, ? super V> listener;
  private final @Nullable CacheEntryEventFilter<? super K, ? super V> filter;
  private final boolean synchronous;
  private final boolean oldValueRequired;
  private final Lane[] lanes;
  private final Backlog backlog;
  private final ListenerLog log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();

  /** The calls under way, and whether no more may begin. */
  private final AtomicInteger calls = new AtomicInteger();

  private int queued;

  /** When the queue became nearly full, or the listener last took something off it then. */
  private long progressed;

  /**
   * Makes the listener and the filter.
   *
   * @throws RuntimeException of their factories
   */
  Registration(
      String cache,
      CacheEntryListenerConfiguration<K, V> configuration,
      Backlog backlog,
      ListenerLog log) {
    this.log = log;
    this.configuration = configuration;
    this.backlog = backlog;
    this.synchronous = configuration.isSynchronous();
    this.oldValueRequired = configuration.isOldValueRequired();
    this.listener = made(configuration.getCacheEntryListenerFactory(), cache, "listener");
    try {
      var filters = configuration.getCacheEntryEventFilterFactory();
      this.filter = (filters == null) ? null : made(filters, cache, "event filter");
    } catch (RuntimeException | Error e) {
      close(listener).forEach(e::addSuppressed);
      throw e;
    }
    lanes = new Lane[synchronous ? SYNCHRONOUS_LANES : ASYNCHRONOUS_LANES];
    Arrays.setAll(lanes, i -> new Lane());
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
    return synchronous;
  }

  boolean oldValueRequired() {
    return oldValueRequired;
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
    return lanes[(hash ^ (hash >>> 16)) & (lanes.length - 1)];
  }

  /** Takes a place in the queue; false if there is none. Never waits. */
  boolean enter() {
    lock.lock();
    try {
      if (queued >= backlog.maximum()) {
        return false;
      }
      queued++;
      if (queued == backlog.comfortable()) {
        progressed = backlog.nanos().getAsLong();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      if (!hasRoom()) {
        progressed = backlog.nanos().getAsLong();
      }
      queued--;
      room.signal();
    } finally {
      lock.unlock();
    }
  }

  private boolean hasRoom() {
    return queued < backlog.comfortable();
  }

  private long patience() {
    return PATIENCE_NANOS - (backlog.nanos().getAsLong() - progressed);
  }

  /** Waits until there is room, or for as long as is reasonable. */
  void awaitRoom() {
    lock.lock();
    try {
      long left = PATIENCE_NANOS;
      while (!hasRoom() && left > 0 && patience() > 0) {
        long wait = Math.min(left, patience());
        left -= wait - room.awaitNanos(wait);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Whether an event that can wait had better wait. */
  boolean asksToWait() {
    lock.lock();
    try {
      return !hasRoom() && patience() > 0;
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

  /** Calls the user's filter and listener, unless they have been closed. */
  void call(EntryEvent<K, V> event) {
    if (calls.getAndUpdate(now -> now < 0 ? now : now + 1) < 0) {
      return;
    }
    try {
      filterAndDispatch(event);
    } finally {
      if (calls.decrementAndGet() == CLOSED) {
        close(listener, filter).forEach(log::failed);
      }
    }
  }

  private void filterAndDispatch(EntryEvent<K, V> event) {
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

  /**
   * Calls the listener no more. Closes it and the filter if they can be, after the last call that
   * is under way; returns what went wrong so far.
   */
  List<Exception> close() {
    return (calls.getAndUpdate(now -> now | CLOSED) == 0) ? close(listener, filter) : List.of();
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
}
