package io.nearside.event;

import io.nearside.observe.Seldom;
import io.nearside.observe.Thrown;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what goes wrong with a cache's listeners that nobody waits for. Thread-safe. */
final class ListenerLog {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.event");

  private final String cache;
  private final AtomicLong failures = new AtomicLong();

  ListenerLog(String cache) {
    this.cache = cache;
  }

  /** Warns of the 1st, 2nd, 4th, 8th … */
  void failed(Throwable failure) {
    long times = failures.incrementAndGet();
    if (Seldom.isTold(times)) {
      LOG.warn(
          "cache \"{}\": a listener failed, and others go on ({} times so far): {}; see to it, it"
              + " does not get the event again",
          cache,
          times,
          Thrown.shown(failure));
    }
    LOG.debug("cache \"{}\": a listener failed", cache, failure);
  }

  void dropped(int maximum, long dropped) {
    LOG.warn(
        "cache \"{}\": {} events dropped in all: an asynchronous listener has fallen {} events"
            + " behind (events.maximumQueued); make it faster, or the bound larger",
        cache,
        dropped,
        maximum);
  }
}
