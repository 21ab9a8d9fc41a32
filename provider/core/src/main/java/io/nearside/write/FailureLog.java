package io.nearside.write;

import io.nearside.observe.Seldom;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and tells which writes of a cache have failed: of many not each one. Thread-safe. */
final class FailureLog {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.write");

  private final String cache;
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong parkings = new AtomicLong();

  FailureLog(String cache) {
    this.cache = cache;
  }

  /** How many attempts have failed. */
  long failures() {
    return failures.get();
  }

  /** Warns of the 1st, 2nd, 4th, 8th … */
  void failed(WriterBatch.Failure why) {
    long times = failures.incrementAndGet();
    if (Seldom.isTold(times)) {
      LOG.warn(
          "cache \"{}\": a write failed and is tried again ({} times so far); see to the writer or its"
              + " source: {}",
          cache,
          times,
          why.shown());
    }
  }

  /** The same of writes that are not tried again. */
  void parked(int attempts, WriterBatch.Failure why) {
    failures.incrementAndGet();
    long times = parkings.incrementAndGet();
    if (Seldom.isTold(times)) {
      LOG.error(
          "cache \"{}\": a write has failed {} times and is parked ({} so far): see"
              + " NearsideCache.writeQueue() for it and what the writer said, replay or drop it; {}",
          cache,
          attempts,
          times,
          why.shown());
    }
  }
}
