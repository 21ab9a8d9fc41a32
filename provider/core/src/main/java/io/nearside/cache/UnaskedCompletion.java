package io.nearside.cache;

import io.nearside.observe.Seldom;
import io.nearside.observe.Thrown;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.integration.CompletionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For callers of a cache who don't ask when a load is done: its failure goes to the log. */
final class UnaskedCompletion implements CompletionListener {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.load");

  private final String cache;
  private final AtomicLong failures = new AtomicLong();

  UnaskedCompletion(String cache) {
    this.cache = cache;
  }

  @Override
  public void onCompletion() {}

  /** Warns of the 1st, 2nd, 4th, 8th … */
  @Override
  public void onException(Exception e) {
    long times = failures.incrementAndGet();
    if (Seldom.isTold(times)) {
      LOG.warn(
          "cache \"{}\": a loadAll failed that nobody waits for ({} so far); see to the loader or its"
              + " source: {}",
          cache,
          times,
          Thrown.shown(e));
    }
    LOG.debug("cache \"{}\": a loadAll failed", cache, e);
  }
}
