package io.nearside.cache;

import io.nearside.RemoteUnavailableException;
import io.nearside.UnconfirmedWriteException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What those who wait in line for one key share: when the first of them has found the store
 * unavailable, the others need not wait for a time-out each, one after the other. Thread-safe.
 */
final class Outages {
  private static final int PLACES = 64;

  private record Outage(int hash, long number, RemoteUnavailableException failure) {}

  private final AtomicLong count = new AtomicLong();
  private final AtomicReferenceArray<@Nullable Outage> latest = new AtomicReferenceArray<>(PLACES);

  /** How many there have been. */
  long count() {
    return count.get();
  }

  /** Notes that the store could not answer an operation on a key. */
  void failed(Object key, RemoteUnavailableException failure) {
    if (failure instanceof UnconfirmedWriteException) {
      return; // it has answered: others are to ask it
    }
    latest.set(place(key), new Outage(key.hashCode(), count.incrementAndGet(), failure));
  }

  /**
   * @param before what {@link #count} was when the caller began to wait
   * @throws RemoteUnavailableException if the store has failed another operation on the key since
   */
  void refuseIfSince(Object key, long before) {
    if (count.get() == before) {
      return;
    }
    Outage outage = latest.get(place(key));
    if (outage != null && outage.hash == key.hashCode() && outage.number > before) {
      RemoteUnavailableException failure = outage.failure;
      throw new RemoteUnavailableException(
          failure.getMessage() + " (as another operation on the key has found)",
          failure.reason(),
          false,
          failure);
    }
  }

  private static int place(Object key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (PLACES - 1);
  }
}
