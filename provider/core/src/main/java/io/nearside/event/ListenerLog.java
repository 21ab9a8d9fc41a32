package io.nearside.event;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes wrong with listeners that nobody waits for. */
final class ListenerLog {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.event");

  private ListenerLog() {}

  static void failed(RuntimeException failure) {
    LOG.warn("a cache entry listener threw; other listeners are not affected", failure);
  }

  static void dropped(String cache, int maximum, long dropped) {
    LOG.warn(
        "cache \"{}\": {} events dropped in all: an asynchronous listener has fallen {} events"
            + " behind (events.maximumQueued); make it faster, or the bound larger",
        cache,
        dropped,
        maximum);
  }
}
