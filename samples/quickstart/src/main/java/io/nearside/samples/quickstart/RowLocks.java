package io.nearside.samples.quickstart;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The application's own locks. A put replaces what somebody read before, so it takes its row for
 * itself; entry processors share it, because the cache alone must keep them atomic.
 */
final class RowLocks {
  private static final int STRIPES = 1_024;

  private final ReadWriteLock[] stripes = new ReadWriteLock[STRIPES];

  RowLocks() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantReadWriteLock();
    }
  }

  Lock exclusive(long id) {
    return stripe(id).writeLock();
  }

  Lock shared(long id) {
    return stripe(id).readLock();
  }

  private ReadWriteLock stripe(long id) {
    return stripes[(int) (id % STRIPES)];
  }
}
