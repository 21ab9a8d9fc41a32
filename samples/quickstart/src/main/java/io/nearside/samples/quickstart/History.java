package io.nearside.samples.quickstart;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Every state that each product's row went through, as this node knows it: own changes at first
 * hand, the other node's by what it tells. All times are of this JVM's clock. A change is known
 * here before it can be seen, and counts as completed when this node has heard so, which is never
 * too early; so clocks of two JVMs are never compared.
 *
 * <p>States that no read in progress can be answered with any more are forgotten, which bounds the
 * memory. Thread-safe. A reader is a thread with a number of its own.
 */
final class History {
  /** How old an answer may be: the caches' {@code coherence.bound}. */
  static final Duration BOUND = Duration.ofSeconds(2);

  private static final long ORIGIN = System.nanoTime();
  private static final long BEFORE_ALL = Long.MIN_VALUE;
  private static final long NOT_YET = Long.MAX_VALUE;
  private static final int STRIDE = 16;

  private final AtomicReferenceArray<State> latest;
  private final AtomicLongArray readsBegun;
  private final int readers;
  private final Place place;
  private final Complaints complaints;
  private volatile long awayFrom = NOT_YET;
  private volatile long awayUntil = NOT_YET;

  /**
   * Begins with the rows that are in the database.
   *
   * @param seeded the products with the ids from 1 on, in that order
   * @param complaints is told of changes that cannot follow their predecessor
   */
  History(List<Product> seeded, int readers, Place place, Complaints complaints) {
    this.latest = new AtomicReferenceArray<>(seeded.size() + 1);
    this.readers = readers;
    this.readsBegun = new AtomicLongArray(readers * STRIDE);
    this.place = place;
    this.complaints = complaints;
    for (int reader = 0; reader < readers; reader++) {
      endReads(reader);
    }
    for (Product product : seeded) {
      latest.set((int) product.id(), State.seed(product.frozen()));
    }
  }

  /** Nanoseconds since the program began; never negative. */
  static long now() {
    return System.nanoTime() - ORIGIN;
  }

  /** From now on, what this reader may be answered with is kept; returns the time of now. */
  long beginRead(int reader) {
    // Said first and timed after: a writer that misses the first line forgets nothing that matters.
    readsBegun.set(reader * STRIDE, now());
    return now();
  }

  /** This reader reads no more. */
  void endReads(int reader) {
    readsBegun.set(reader * STRIDE, Long.MAX_VALUE);
  }

  /** The newest state of a product, null when there was never such a product. */
  @Nullable State latest(long id) {
    return id > 0 && id < latest.length() ? latest.get((int) id) : null;
  }

  /**
   * Likewise.
   *
   * @throws IllegalArgumentException if there was never such a product
   */
  State requireLatest(long id) {
    State state = latest(id);
    if (state == null) {
      throw new IllegalArgumentException("product " + id + " was never in the database");
    }
    return state;
  }

  /**
   * A change is about to reach the database.
   *
   * @param product null if it is a removal
   */
  void begin(long id, long version, @Nullable Product product) {
    Product frozen = product == null ? null : product.frozen();
    long forgettable = place.owns(id) ? lowWater() : lowWater() - BOUND.toNanos();
    State before = latest.get((int) id);
    while (!latest.compareAndSet((int) id, before, new State(version, frozen, now(), before))) {
      before = latest.get((int) id);
    }
    before.forgetBefore(forgettable);
    if (version != before.version + 1) {
      complaints.add(
          "product %d: version %d was written over version %d: an update is lost"
              .formatted(id, version, before.version));
    }
  }

  /** No read in progress began before this time. */
  private long lowWater() {
    long low = now();
    for (int reader = 0; reader < readers; reader++) {
      low = Math.min(low, readsBegun.get(reader * STRIDE));
    }
    return low;
  }

  /** The operation that wrote this version has returned. */
  void complete(long id, long version) {
    State state = find(id, version);
    if (state != null) {
      state.end = now();
    }
  }

  /** Redis knows of this version, or that an older one does not count. */
  void toldRedis(long id, long version) {
    State state = find(id, version);
    if (state != null) {
      state.told = now();
    }
  }

  private @Nullable State find(long id, long version) {
    State state = latest.get((int) id);
    while (state != null && state.version != version) {
      state = state.previous;
    }
    return state;
  }

  /** Redis was killed just now. */
  void redisIsAway() {
    awayUntil = NOT_YET;
    awayFrom = now();
  }

  /** Redis is about to be started again. */
  void redisReturns() {
    awayUntil = now();
  }

  /** Whether there was no Redis for the whole of a read. */
  boolean wasAway(Read read) {
    return read.begin() >= awayFrom && read.end() < awayUntil;
  }

  /**
   * Whether a read must not be answered with anything older than a state.
   *
   * <p>The database and a node's own changes are read at once. The other node's are read within the
   * bound from when Redis knows of them; or, while Redis is away and can't know, from when they
   * were completed, since copies are not fresh for longer without it.
   */
  boolean isBinding(State state, Read read) {
    if (read.source() == Read.Source.DATABASE) {
      return state.end < read.begin();
    }
    if (place.owns(read.id())) {
      return state.end < read.begin() || state.seen < read.begin();
    }
    long limit = read.begin() - BOUND.toNanos();
    boolean whileAway = state.end >= awayFrom && wasAway(read);
    return state.told < limit || (whileAway && state.end < limit);
  }

  /** One state of a row. */
  static final class State {
    private static final AtomicLongFieldUpdater<State> SEEN =
        AtomicLongFieldUpdater.newUpdater(State.class, "seen");

    /** One more than the state before. */
    final long version;

    /** Null when the row was not there. */
    final @Nullable Product product;

    /** No earlier than this could anybody see the state. */
    final long begin;

    /** When the operation that wrote it had returned, for certain. */
    private volatile long end = NOT_YET;

    /** When Redis knew of it, for certain. */
    private volatile long told = NOT_YET;

    /** When a read of the cache saw the state before its writer returned. */
    private volatile long seen = NOT_YET;

    private volatile @Nullable State previous;

    private State(long version, @Nullable Product product, long begin, @Nullable State previous) {
      this.version = version;
      this.product = product;
      this.begin = begin;
      this.previous = previous;
    }

    private static State seed(Product product) {
      State state = new State(product.version(), product, BEFORE_ALL, null);
      state.end = BEFORE_ALL;
      state.told = BEFORE_ALL;
      return state;
    }

    @Nullable State previous() {
      return previous;
    }

    /** A read of the cache that ended then has returned this state. */
    void seenAt(long nanos) {
      if (end > nanos && seen > nanos) {
        SEEN.accumulateAndGet(this, nanos, Math::min);
      }
    }

    /** The states before one of which Redis knew at that time, and so everybody. */
    private void forgetBefore(long nanos) {
      for (State state = this; state != null; state = state.previous) {
        if (state.told < nanos) {
          state.previous = null;
          return;
        }
      }
    }
  }
}
