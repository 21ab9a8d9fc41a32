package io.nearside.store.remote;

import io.nearside.codec.Envelope;
import io.nearside.codec.Envelope.View;
import io.nearside.codec.KeyAddress;
import io.nearside.observe.Seldom;
import io.nearside.store.VersionedEntry;
import io.nearside.store.remote.RemoteCounters.Oddity;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a cache's observer what other nodes do, while it wants to hear of changes. Thread-safe. */
final class ClusterEvents<K, V> implements EventOrder.Teller, Subscription.Receiver, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.store.remote");
  private static final long RETRY_NANOS = 1_000_000_000;

  private final StoreParts<K, V> parts;
  private final Expirations<K, V> expirations;
  private final Feed feed;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as all below. */
  private @Nullable Subscription subscription;

  private long retryAt;
  private long failures;
  private boolean closed;

  /**
   * Where events come from.
   *
   * @param channel of the cache
   */
  record Feed(String channel, EventOrder order, RedissonConnection connection) {}

  ClusterEvents(StoreParts<K, V> parts, Expirations<K, V> expirations, Feed feed) {
    this.parts = parts;
    this.expirations = expirations;
    this.feed = feed;
    this.retryAt = parts.clock().nanos();
  }

  /** Begins or ceases to listen, as it is wanted; never waits for Redis. */
  void tick() {
    boolean wanted = parts.observer().wantsChanges() && feed.connection.isUp();
    if (!lock.tryLock()) {
      return; // it closes
    }
    try {
      if (closed) {
        return;
      }
      forgetIfFailed();
      if (wanted && subscription == null && parts.clock().nanos() - retryAt >= 0) {
        feed.order.begin(this);
        subscription = feed.connection.subscribe(feed.channel, this);
      } else if (!wanted && subscription != null) {
        unsubscribe(subscription);
      }
    } finally {
      lock.unlock();
    }
  }

  private void forgetIfFailed() {
    Throwable failure = subscription == null ? null : subscription.failure();
    if (subscription == null || failure == null) {
      return;
    }
    unsubscribe(subscription);
    retryAt = parts.clock().nanos() + RETRY_NANOS;
    failures++;
    if (Seldom.isTold(failures)) {
      LOG.warn(
          "cache \"{}\": events of other nodes are not heard: {}; tried again ({} times so far)",
          parts.settings().cacheName(),
          Failures.diagnose(failure).text(),
          failures);
    }
  }

  private void unsubscribe(Subscription old) {
    subscription = null;
    feed.order.end();
    old.close();
  }

  @Override
  public void hears() {
    feed.order.hear();
  }

  @Override
  public void receive(byte[] message) {
    RemoteEvent event = RemoteEvent.parse(message);
    if (event == null) {
      parts.counters().count(Oddity.UNHEARD, "", "a later release sent it");
    } else {
      feed.order.add(event);
    }
  }

  @Override
  public void tell(RemoteEvent event) {
    if (!parts.observer().wantsChanges()) {
      return;
    }
    RemoteKey remote = locate(event);
    K key = (remote == null) ? null : parts.entries().key(remote);
    if (remote != null && key != null) {
      tell(key, remote, event);
    }
  }

  /** Null if it is not the name of one of the cache's entries. */
  private @Nullable RemoteKey locate(RemoteEvent event) {
    String name = event.mark().name();
    byte[] envelope = (event.current() == null) ? event.prior() : event.current();
    String inside = (envelope == null) ? null : Envelope.key(envelope);
    String canonical = (inside == null) ? parts.layout().tail(name) : inside;
    if (canonical == null) {
      return null;
    }
    RemoteKey remote = parts.layout().key(KeyAddress.of(canonical, parts.layout().partitions()));
    return remote.entry().equals(name) ? remote : null;
  }

  private void tell(K key, RemoteKey remote, RemoteEvent event) {
    VersionedEntry<V> prior = entry(remote, event.prior());
    VersionedEntry<V> current = entry(remote, event.current());
    switch (event.mark().kind()) {
      case CREATED, UPDATED -> {
        if (current != null) {
          parts.observer().changed(key, prior, current);
          expirations.note(key, remote, current);
        }
      }
      case REMOVED -> {
        if (prior != null) {
          parts.observer().changed(key, prior, null);
        }
      }
      case EXPIRED -> {
        if (prior != null) {
          parts.observer().expiredElsewhere(key, prior);
        }
      }
    }
  }

  private @Nullable VersionedEntry<V> entry(RemoteKey remote, byte @Nullable [] raw) {
    View view = (raw == null) ? null : parts.entries().view(remote, raw);
    return (view == null) ? null : parts.entries().entry(remote, view, clock(remote));
  }

  private ServerClock clock(RemoteKey remote) {
    return parts.connection().serverClock(remote.head());
  }

  @Override
  public void told() {
    parts.observer().toldInBackground();
  }

  /** Whether events of other nodes are heard now. */
  boolean isListening() {
    lock.lock();
    try {
      return subscription != null && subscription.isUp();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (subscription != null) {
        unsubscribe(subscription);
      }
    } finally {
      lock.unlock();
    }
  }
}
