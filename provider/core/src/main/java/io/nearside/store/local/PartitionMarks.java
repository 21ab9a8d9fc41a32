package io.nearside.store.local;

import io.nearside.store.FetchedEntry;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The marks of the partitions. All copies with the mark of their partition are of one generation,
 * as far as it was told; so a generation that is announced, once or twice, early or late, ends what
 * is of another one and nothing of its own.
 *
 * <p>Thread-safe. One lock, innermost, that only changes of marks take.
 */
final class PartitionMarks {
  /** Copies are there whose generation was not told; that of no partition. */
  private static final long UNKNOWN = -1;

  private final AtomicIntegerArray marks;
  private final ReentrantLock lock = new ReentrantLock();

  /** Of the copies with the current mark; changed under the lock. */
  private final AtomicLongArray generations;

  /**
   * Whether the current mark came with its generation, so that its own outlive the change; guarded
   * by the lock.
   */
  private final boolean[] begun;

  PartitionMarks(int partitions) {
    this.marks = new AtomicIntegerArray(partitions);
    this.generations = new AtomicLongArray(partitions);
    this.begun = new boolean[partitions];
  }

  int mark(int partition) {
    return marks.get(partition);
  }

  int partitions() {
    return marks.length();
  }

  /** Ends all copies of a partition. */
  void drop(int partition) {
    lock.lock();
    try {
      generations.set(partition, FetchedEntry.UNTOLD);
      begun[partition] = false;
      marks.incrementAndGet(partition);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends all copies of a partition but those of that generation.
   *
   * @return whether any could be there
   */
  boolean begin(int partition, long generation) {
    lock.lock();
    try {
      if (generation != FetchedEntry.UNTOLD && generations.get(partition) == generation) {
        return false;
      }
      generations.set(partition, generation);
      begun[partition] = true;
      marks.incrementAndGet(partition);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The mark of a copy that comes in, which counts only if it is the current one. A copy of a
   * generation that is news here begins it.
   *
   * @param reserved the mark when its key was reserved
   */
  int admit(int partition, int reserved, long generation) {
    if (generation != FetchedEntry.UNTOLD
        && generations.get(partition) == generation
        && marks.get(partition) == reserved) {
      return reserved;
    }
    lock.lock();
    try {
      int current = marks.get(partition);
      long known = generations.get(partition);
      if (generation == FetchedEntry.UNTOLD) {
        if (known == FetchedEntry.UNTOLD && reserved == current) {
          generations.set(partition, UNKNOWN);
        }
      } else if (reserved == current && known == FetchedEntry.UNTOLD) {
        generations.set(partition, generation);
      } else if (reserved == current && known != generation) {
        begin(partition, generation);
        return current + 1;
      } else if (reserved == current - 1 && known == generation && begun[partition]) {
        return current; // only what began its own generation has come in between
      }
      return reserved;
    } finally {
      lock.unlock();
    }
  }
}
