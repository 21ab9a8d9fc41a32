package io.nearside.event;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * Brings a cache's events to its listeners.
 *
 * <p>{@link #publish} is called while the store holds the key still, so events of a key are queued
 * in the order of its changes; no user code runs there, nothing is logged, no thread started.
 * Afterwards, with nothing held, the thread that made the change calls {@link #complete}, which
 * returns when the synchronous listeners have heard of what this thread published. Asynchronous
 * ones are served by the executor, each in the order of a key's changes. What a listener itself
 * changes is told after it returns, and it does not wait for that: two listeners could else wait
 * for each other.
 *
 * <p>Bounded: a change waits up to a second for an asynchronous listener that has fallen behind by
 * nearly the maximum, an expiry until there is room. When the listener has stood still for a second
 * nobody waits for it any more; at the maximum its events are dropped, counted and logged.
 *
 * <p>Thread-safe.
 */
public final class EventDispatcher<K, V> {
  private final Cache<K, V> source;
  private final String cache;
  private final Executor executor;
  private final UnaryOperator<Object> copier;
  private final Backlog backlog;
  private final ListenerLog log;
  private final CopyOnWriteArrayList<Registration<K, V>> registrations =
      new CopyOnWriteArrayList<>();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong nextWarning = new AtomicLong(1);

  /** Held while registrations and {@link #active} change together. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile boolean active;
  private volatile boolean warningDue;

  /**
   * @param cache its name
   * @param executor serves asynchronous listeners
   * @param copier makes listeners their copies of keys and values
   */
  public EventDispatcher(
      Cache<K, V> source,
      String cache,
      Executor executor,
      UnaryOperator<Object> copier,
      Backlog backlog) {
    this.source = source;
    this.cache = cache;
    this.executor = executor;
    this.copier = copier;
    this.backlog = backlog;
    this.log = new ListenerLog(cache);
  }

  /** Whether anybody listens. */
  public boolean active() {
    return active;
  }

  /**
   * @throws IllegalArgumentException if the configuration is registered, or its factory makes
   *     nothing
   */
  public void register(CacheEntryListenerConfiguration<K, V> configuration) {
    refuseTwice(configuration);
    Registration<K, V> made = new Registration<>(cache, configuration, backlog, log);
    lock.lock();
    try {
      refuseTwice(configuration);
      registrations.add(made);
      active = true;
    } catch (IllegalArgumentException e) {
      made.close();
      throw e;
    } finally {
      lock.unlock();
    }
  }

  private void refuseTwice(CacheEntryListenerConfiguration<K, V> configuration) {
    for (Registration<K, V> registration : registrations) {
      if (registration.configuration().equals(configuration)) {
        throw new IllegalArgumentException(
            "cache \"" + cache + "\": this listener configuration is registered already");
      }
    }
  }

  /** Does nothing if the configuration is not registered. Closes what can be closed. */
  public void deregister(CacheEntryListenerConfiguration<K, V> configuration) {
    for (Registration<K, V> registration : registrations) {
      if (registration.configuration().equals(configuration) && forget(registration)) {
        registration.close().forEach(log::failed);
      }
    }
  }

  private boolean forget(Registration<K, V> registration) {
    lock.lock();
    try {
      boolean known = registrations.remove(registration);
      active = !registrations.isEmpty();
      return known;
    } finally {
      lock.unlock();
    }
  }

  /** Closes all listeners and filters that can be; returns what went wrong. */
  public List<Exception> close() {
    List<Exception> failures = new ArrayList<>();
    for (Registration<K, V> registration : registrations) {
      if (forget(registration)) {
        failures.addAll(registration.close());
      }
    }
    return failures;
  }

  /** What is registered now. */
  public List<CacheEntryListenerConfiguration<K, V>> configurations() {
    return registrations.stream().map(Registration::configuration).toList();
  }

  /** The events that wait for asynchronous listeners. */
  public int queued() {
    return registrations.stream().mapToInt(Registration::queued).sum();
  }

  /** The events that were dropped because an asynchronous listener had fallen too far behind. */
  public long dropped() {
    return dropped.get();
  }

  /**
   * Before a change: waits for room, for up to a second, if an asynchronous listener has fallen
   * behind. What this thread has published for asynchronous listeners is on its way after that.
   */
  public void admit() {
    if (!active) {
      return;
    }
    Published.startMine();
    if (Delivery.inListener()) {
      return; // it may be the very one that all wait for
    }
    for (Registration<K, V> registration : registrations) {
      if (!registration.synchronous()) {
        registration.awaitRoom();
      }
    }
  }

  /** Whether an entry may expire now; if not, its event might be dropped. Never waits. */
  public boolean admitsExpiry() {
    for (Registration<K, V> registration : registrations) {
      if (!registration.synchronous()
          && registration.listensTo(EventType.EXPIRED)
          && registration.asksToWait()) {
        Published.startMine();
        return false;
      }
    }
    return true;
  }

  /** Queues an event for whoever wants it. Runs no user code, never waits. */
  public void publish(EventType type, K key, @Nullable V value, @Nullable V oldValue) {
    EntryEvent.Change<K, V> change = new EntryEvent.Change<>(key, value, oldValue);
    for (Registration<K, V> registration : registrations) {
      if (registration.listensTo(type)) {
        EntryEvent<K, V> event =
            new EntryEvent<>(source, type, change, registration.oldValueRequired(), copier);
        queue(registration, event, registration.lane(key));
      }
    }
  }

  private void queue(Registration<K, V> registration, EntryEvent<K, V> event, Lane lane) {
    if (registration.synchronous()) {
      Delivery delivery = new Delivery(log, () -> registration.call(event), true);
      lane.add(delivery);
      Published.mine().add(lane, delivery, executor);
    } else if (registration.enter()) {
      lane.add(new Delivery(log, () -> callAndLeave(registration, event), false));
      Published.mine().addUnstarted(lane, executor);
    } else if (dropped.incrementAndGet() >= nextWarning.get()) {
      warningDue = true;
    }
  }

  private void callAndLeave(Registration<K, V> registration, EntryEvent<K, V> event) {
    try {
      registration.call(event);
    } finally {
      registration.leave();
    }
  }

  /** Whether the complete methods have nothing to do; costs next to nothing. */
  public boolean settled() {
    return !warningDue && Published.nobody();
  }

  /**
   * After a change, with nothing held: waits until the synchronous listeners have heard of all that
   * this thread has published, of whatever cache.
   *
   * @throws CacheEntryListenerException of the first listener that threw; all were called
   */
  public void complete() {
    warn();
    Published mine = Published.take();
    if (mine == null) {
      return;
    }
    mine.start();
    if (Delivery.inListener()) {
      mine.deliverWithoutWaiting();
    } else {
      mine.await();
    }
  }

  /** As {@link #complete} where no caller is there to be told: what listeners throw is logged. */
  public void completeUnasked() {
    try {
      complete();
    } catch (RuntimeException e) {
      log.failed(e);
    }
  }

  /**
   * After a change by who holds something that a listener may wait for: synchronous listeners hear
   * of it when this thread next calls {@link #complete}, which it must when it holds nothing.
   */
  public void completeAsynchronous() {
    warn();
    Published.startMine();
  }

  /**
   * After a change that no caller waits for, such as expiry: has the executor tell the listeners.
   */
  public void completeLater() {
    warn();
    Published mine = Published.take();
    if (mine != null) {
      mine.start();
      mine.deliverLater();
    }
  }

  /** Warns at the 1st, 2nd, 4th, 8th … dropped event; not where it is dropped, under a lock. */
  private void warn() {
    if (!warningDue) {
      return;
    }
    warningDue = false;
    long so = dropped.get();
    long due = nextWarning.get();
    if (so >= due && nextWarning.compareAndSet(due, Long.highestOneBit(so) * 2)) {
      log.dropped(backlog.maximum(), so);
    }
  }
}
