package io.nearside.cache;

import javax.cache.integration.CompletionListener;
import org.slf4j.LoggerFactory;

/** For callers who don't ask when a load is done: its failure goes to the log. */
enum UnaskedCompletion implements CompletionListener {
  LOGGED;

  @Override
  public void onCompletion() {}

  @Override
  public void onException(Exception e) {
    LoggerFactory.getLogger("io.nearside.load").warn("a loadAll failed", e);
  }
}
