package io.nearside.store.remote;

import io.nearside.store.Clock;
import io.nearside.store.LoadWatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hears that loads of one cache have ended on other nodes; listens from the first time on that
 * somebody waits for one. Thread-safe; never waits for Redis.
 */
final class LoadEnds implements Subscription.Receiver, AutoCloseable {
  private static final long RETRY_NANOS = 1_000_000_000;

  private final String channel;
  private final RedissonConnection connection;
  private final Clock clock;
  private final Map<String, List<Watch>> watches = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as all below. */
  private @Nullable Subscription subscription;

  private long retryAt;
  private boolean closed;

  LoadEnds(String channel, RedissonConnection connection, Clock clock) {
    this.channel = channel;
    this.connection = connection;
    this.clock = clock;
    this.retryAt = clock.nanos();
  }

  private final class Watch implements LoadWatch {
    private final Collection<String> leases;
    private final Semaphore news = new Semaphore(0);

    Watch(Collection<String> leases) {
      this.leases = leases;
    }

    @Override
    public void await(long nanos) throws InterruptedException {
      if (news.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
        news.drainPermits();
      }
    }

    @Override
    public void close() {
      for (String lease : leases) {
        watches.computeIfPresent(
            lease,
            (name, all) -> {
              all.remove(this);
              return all.isEmpty() ? null : all;
            });
      }
    }
  }

  LoadWatch watch(Collection<String> leases) {
    Watch watch = new Watch(leases);
    for (String lease : leases) {
      watches.compute(
          lease,
          (name, known) -> {
            List<Watch> all = (known == null) ? new CopyOnWriteArrayList<>() : known;
            all.add(watch);
            return all;
          });
    }
    listen();
    return watch;
  }

  private void listen() {
    if (!connection.isUp() || !lock.tryLock()) {
      return; // somebody else does
    }
    try {
      Subscription known = subscription;
      if (known != null && known.failure() != null) {
        known.close();
        subscription = null;
        retryAt = clock.nanos() + RETRY_NANOS;
      }
      if (subscription == null && !closed && clock.nanos() - retryAt >= 0) {
        subscription = connection.subscribe(channel, this);
      }
    } finally {
      lock.unlock();
    }
  }

  /** What was said before is not known. */
  @Override
  public void hears() {
    new ArrayList<>(watches.keySet()).forEach(this::tell);
  }

  @Override
  public void receive(byte[] message) {
    tell(new String(message, StandardCharsets.UTF_8));
  }

  private void tell(String lease) {
    watches.getOrDefault(lease, List.of()).forEach(watch -> watch.news.release());
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (subscription != null) {
        subscription.close();
        subscription = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
