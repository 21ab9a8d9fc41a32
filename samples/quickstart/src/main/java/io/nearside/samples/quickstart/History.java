package io.nearside.samples.quickstart;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Every state that each product's row went through, with the time of each change; states that no
 * read in progress can be answered with any more are forgotten, which bounds the memory.
 * Thread-safe. A reader is a thread with a number of its own.
 */
final class History {
  private static final long ORIGIN = System.nanoTime();
  private static final long BEFORE_ALL = -1;
  private static final int STRIDE = 16;

  private final AtomicReferenceArray<State> latest;
  private final AtomicLongArray readsBegun;
  private final int readers;
  private final Complaints complaints;

  /**
   * Begins with the rows that are in the database.
   *
   * @param seeded the products with the ids from 1 on, in that order
   * @param complaints is told of changes that cannot follow their predecessor
   */
  History(List<Product> seeded, int readers, Complaints complaints) {
    this.latest = new AtomicReferenceArray<>(seeded.size() + 1);
    this.readers = readers;
    this.readsBegun = new AtomicLongArray(readers * STRIDE);
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

  /** A change to this product is about to reach the database. */
  void begin(Product product) {
    State before = append(product.id(), product.version(), product.frozen());
    if (product.version() != before.version + 1) {
      complaints.add(
          "product %d: version %d was written over version %d: an update is lost"
              .formatted(product.id(), product.version(), before.version));
    }
  }

  /** The removal of this product is about to reach the database. */
  void beginRemoval(long id) {
    append(id, latest.get((int) id).version + 1, null);
  }

  private State append(long id, long version, @Nullable Product product) {
    long lowWater = lowWater();
    State before = latest.get((int) id);
    while (!latest.compareAndSet((int) id, before, new State(version, product, now(), before))) {
      before = latest.get((int) id);
    }
    before.forgetBefore(lowWater);
    return before;
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
    for (State state = latest.get((int) id); state != null; state = state.previous) {
      if (state.version == version) {
        state.end = now();
        return;
      }
    }
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

    /** From then on everybody had to see the state or a later one. */
    private volatile long end = Long.MAX_VALUE;

    /** Like end, but by a read of the cache that saw the state before its writer returned. */
    private volatile long seen = Long.MAX_VALUE;

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
      return state;
    }

    @Nullable State previous() {
      return previous;
    }

    /** Whether the operation that wrote this state had returned before then. */
    boolean wasCompleteBefore(long nanos) {
      return end < nanos;
    }

    /** Whether a read of the cache that ended before then has returned this state. */
    boolean wasSeenBefore(long nanos) {
      return seen < nanos;
    }

    /** A read of the cache that ended then has returned this state. */
    void seenAt(long nanos) {
      if (end > nanos && seen > nanos) {
        SEEN.accumulateAndGet(this, nanos, Math::min);
      }
    }

    private void forgetBefore(long lowWater) {
      for (State state = this; state != null; state = state.previous) {
        if (state.wasCompleteBefore(lowWater)) {
          state.previous = null;
          return;
        }
      }
    }
  }
}
