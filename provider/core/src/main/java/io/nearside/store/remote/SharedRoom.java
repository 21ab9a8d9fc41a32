package io.nearside.store.remote;

import io.nearside.store.LoadRoom;
import io.nearside.store.LoadWatch;
import io.nearside.store.OperationTime.Use;
import io.nearside.store.SystemRandom;
import io.nearside.store.remote.Scripts.RoomCall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * This node's part of the room for loads that all nodes share: tokens in Redis, which are lost if
 * nobody prolongs them. Of those who wait here one asks for all, when it hears that there is room,
 * and now and then. Thread-safe; the lock is held around no call.
 */
final class SharedRoom implements LoadRoom, AutoCloseable {
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final StoreParts<?, ?> parts;
  private final List<String> keys;
  private final String news;
  private final long lifeNanos;

  /** Loads under way, and when Redis was told of them last. */
  private final Map<Long, Long> running = new ConcurrentHashMap<>();

  /** Loads that have ended, and when, until Redis knows. */
  private final Map<Long, Long> ended = new ConcurrentHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final Deque<Seeker> seekers = new ArrayDeque<>();

  /** That of the last load, for calls that want nothing. */
  private volatile int most = Integer.MAX_VALUE;

  private volatile boolean closed;

  SharedRoom(StoreParts<?, ?> parts) {
    this.parts = parts;
    this.keys = List.of(parts.layout().loadRoom(), parts.layout().loadLine());
    this.news = keys.get(0) + String.format("%08x", parts.scripts().node());
    this.lifeNanos = parts.settings().lease().life().toNanos();
  }

  /** One load that wants to begin. */
  private static final class Seeker {
    final long token = SystemRandom.INSTANCE.nextLong();

    /** That it has a place, or is the one who asks. */
    final Semaphore news = new Semaphore(0);

    volatile @Nullable Place place;
  }

  @Override
  public @Nullable Place enter(int most, long nanos) throws InterruptedException {
    this.most = most;
    long end = parts.clock().nanos() + nanos;
    Seeker own = new Seeker();
    lock.lock();
    try {
      seekers.add(own);
    } finally {
      lock.unlock();
    }
    try {
      seek(own, end);
    } catch (Throwable e) {
      Place place = withdraw(own);
      if (place != null) {
        place.leave();
      }
      throw e;
    }
    return withdraw(own);
  }

  /** Until it has a place, or the time is over. */
  private void seek(Seeker own, long end) throws InterruptedException {
    while (own.place == null && !isFirst(own)) {
      if (!own.news.tryAcquire(end - parts.clock().nanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    }
    if (own.place == null) {
      ask();
    }
    if (own.place == null) {
      await(own, end);
    }
  }

  private void await(Seeker own, long end) throws InterruptedException {
    try (LoadWatch watch = parts.loadEnds().watch(List.of(news))) {
      long pause = FIRST_PAUSE_NANOS;
      ask(); // what was said before the watch began was not heard
      while (own.place == null) {
        long left = end - parts.clock().nanos();
        if (left <= 0) {
          return;
        }
        watch.await(Math.min(pause, left));
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        ask();
      }
    }
  }

  private boolean isFirst(Seeker seeker) {
    lock.lock();
    try {
      return seekers.peek() == seeker;
    } finally {
      lock.unlock();
    }
  }

  /** Asks for all who wait; where nobody answers all of them may begin. */
  private void ask() {
    List<Seeker> asking = new ArrayList<>();
    lock.lock();
    try {
      for (Seeker seeker : seekers) {
        if (asking.size() < StoreParts.CHUNK) {
          asking.add(seeker);
        }
      }
    } finally {
      lock.unlock();
    }
    List<Long> known = known(ended.keySet());
    Integer granted = closed ? null : granted(asking, known);
    if (granted == null) {
      asking.forEach(seeker -> admit(seeker, false));
    } else {
      ended.keySet().removeAll(known);
      asking.subList(0, granted).forEach(seeker -> admit(seeker, true));
    }
  }

  private @Nullable Integer granted(List<Seeker> asking, List<Long> known) {
    List<Long> wanted = asking.stream().map(seeker -> seeker.token).toList();
    try (Use time = parts.operation("load-room")) {
      return parts.scripts().loadRoom(call(true, known, List.of(), wanted));
    } catch (CacheException e) {
      return null; // each node keeps to the bound by itself
    }
  }

  private RoomCall call(boolean asks, List<Long> ended, List<Long> running, List<Long> wanted) {
    long lifeMillis = TimeUnit.NANOSECONDS.toMillis(lifeNanos);
    return new RoomCall(keys, most, lifeMillis, asks, ended, running, wanted);
  }

  private static List<Long> known(Collection<Long> tokens) {
    return tokens.stream().limit(StoreParts.CHUNK).toList();
  }

  private void admit(Seeker seeker, boolean counted) {
    boolean waits;
    lock.lock();
    try {
      waits = seekers.remove(seeker);
      if (waits) {
        long now = parts.clock().nanos();
        running.put(seeker.token, counted ? now : now - lifeNanos); // to be counted soon
        seeker.place = () -> end(seeker.token);
        wakeFirst();
      }
    } finally {
      lock.unlock();
    }
    seeker.news.release();
    if (!waits && counted) { // it has given up meanwhile
      end(seeker.token);
    }
  }

  private void wakeFirst() {
    Seeker first = seekers.peek();
    if (first != null) {
      first.news.release();
    }
  }

  private void end(long token) {
    running.remove(token);
    ended.put(token, parts.clock().nanos());
    parts
        .scripts()
        .loadRoomSoon(call(false, List.of(token), List.of(), List.of()), () -> ended.remove(token));
  }

  /** Ends its wait; who comes after it asks from now on. */
  private @Nullable Place withdraw(Seeker own) {
    boolean last;
    lock.lock();
    try {
      if (!seekers.remove(own)) {
        return own.place;
      }
      last = seekers.isEmpty();
      wakeFirst();
    } finally {
      lock.unlock();
    }
    if (last) { // nodes behind this one need not wait for it
      parts.scripts().loadRoomSoon(call(true, List.of(), List.of(), List.of()), () -> {});
    }
    return null;
  }

  /** Whether tokens are to be prolonged, or are of no use any more; to be asked often. */
  boolean isDue() {
    return !(running.isEmpty() && ended.isEmpty())
        && (!before(running, lifeNanos / 2).isEmpty() || !before(ended, lifeNanos).isEmpty());
  }

  private List<Long> before(Map<Long, Long> tokens, long age) {
    long now = parts.clock().nanos();
    List<Long> old = new ArrayList<>();
    tokens.forEach((token, since) -> {
      if (now - since >= age) {
        old.add(token);
      }
    });
    return old;
  }

  /** Prolongs the tokens of loads that take long; calls Redis. */
  void prolong() {
    ended.keySet().removeAll(before(ended, lifeNanos)); // lost by themselves
    List<Long> due = before(running, lifeNanos / 2);
    for (int from = 0; from < due.size(); from += StoreParts.CHUNK) {
      List<Long> some = due.subList(from, Math.min(due.size(), from + StoreParts.CHUNK));
      long now = parts.clock().nanos();
      if (parts.scripts().loadRoom(call(false, List.of(), some, List.of())) != null) {
        some.forEach(token -> running.computeIfPresent(token, (known, since) -> now));
      }
    }
  }

  /** Whoever waits may begin: the loads of a closed cache fail by themselves. */
  @Override
  public void close() {
    closed = true;
    List<Seeker> waiting;
    lock.lock();
    try {
      waiting = List.copyOf(seekers);
    } finally {
      lock.unlock();
    }
    waiting.forEach(seeker -> admit(seeker, false));
  }
}
