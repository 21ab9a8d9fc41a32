package io.nearside.store.remote;

import io.nearside.observe.Seldom;
import io.nearside.store.StoreObserver;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What went another way than usual in a cache's remote tier, counted; logged the 1st, 2nd, 4th,
 * 8th, … time. Thread-safe.
 */
final class RemoteCounters {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.store.remote");

  private final String cacheName;
  private final StoreObserver<?, ?> observer;
  private final Map<Oddity, LongAdder> counts = new EnumMap<>(Oddity.class);

  /** What is counted. */
  enum Oddity {
    FOREIGN(
        "a key holds what Nearside did not write: reads miss, changes are refused; choose"
            + " another namespace, or remove it"),
    TRUNCATED(
        "an entry's end is missing: it counts as missing; see who else writes in this namespace"),
    FUTURE("an entry was written by a later release: it counts as missing; upgrade this node"),
    CORRUPT(
        "an entry has changed since it was written: it counts as missing; see who else writes in this"
            + " namespace"),
    WRONG_KEY(
        "two keys have the same hash: the other one's entry counts as missing; use shorter keys"),
    UNDECODABLE(
        "an entry's value can't be read: it counts as missing; see what this node's classes, codec and"
            + " allowedTypes lack"),
    UNHEARD(
        "an event of another node was not told to listeners; see what this node's classes, codec and"
            + " allowedTypes lack"),
    OVERTAKEN(
        "another node wrote at the same time, or the writer took longer than 5 s: what the source"
            + " has is not cached; make the writer faster if this goes on"),
    NOT_STORED(
        "Redis has no memory left, so a value was not stored: raise its maxmemory, or let it"
            + " evict");

    private final String meaning;

    Oddity(String meaning) {
      this.meaning = meaning;
    }
  }

  /**
   * @param observer is told of what can't be read and what was not stored
   */
  RemoteCounters(String cacheName, StoreObserver<?, ?> observer) {
    this.cacheName = cacheName;
    this.observer = observer;
    for (Oddity oddity : Oddity.values()) {
      counts.put(oddity, new LongAdder());
    }
  }

  /**
   * @param key by its hash only
   * @param detail what else is known, without values
   */
  void count(Oddity oddity, String key, String detail) {
    LongAdder count = adder(oddity);
    count.increment();
    tell(oddity);
    long times = count.sum();
    if (Seldom.isTold(times)) {
      LOG.warn(
          "cache \"{}\", key #{}: {} ({} so far{}{})",
          cacheName,
          KeyHash.of(key),
          oddity.meaning,
          times,
          detail.isEmpty() ? "" : "; ",
          detail);
    }
  }

  private void tell(Oddity oddity) {
    switch (oddity) {
      case FOREIGN, TRUNCATED, FUTURE, CORRUPT, WRONG_KEY, UNDECODABLE -> observer.unreadable();
      case NOT_STORED -> observer.notStored();
      case UNHEARD -> {}
    }
  }

  long count(Oddity oddity) {
    return adder(oddity).sum();
  }

  /** Whether any entry could ever not be read. */
  boolean anyUnreadable() {
    return count(Oddity.CORRUPT) + count(Oddity.UNDECODABLE) + count(Oddity.WRONG_KEY) > 0;
  }

  private LongAdder adder(Oddity oddity) {
    LongAdder adder = counts.get(oddity);
    if (adder == null) {
      throw new IllegalStateException("all are there from the start");
    }
    return adder;
  }
}
