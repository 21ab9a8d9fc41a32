package io.nearside.samples.quickstart;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One customer's changes that went on without Redis. The cache tells Redis of them when it is back,
 * at the latest when the product is read again; until then the other node need not know. So they
 * are read again.
 */
final class Untold {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

  private final Shop shop;

  /** The last such version of each product. */
  private final Map<Long, Long> versions = new LinkedHashMap<>();

  private long nextTry;

  Untold(Shop shop) {
    this.shop = shop;
  }

  void add(long id, long version) {
    versions.merge(id, version, Math::max);
  }

  /** Tells what can be told, now and then. */
  void retry() {
    if (versions.isEmpty() || History.now() < nextTry) {
      return;
    }
    for (Iterator<Map.Entry<Long, Long>> i = versions.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<Long, Long> change = i.next();
      long before = shop.cache().unavailable();
      shop.cache().products().get(change.getKey());
      if (shop.cache().unavailable() != before) {
        nextTry = History.now() + PAUSE;
        return;
      }
      shop.journal().toldRedis(change.getKey(), change.getValue());
      i.remove();
    }
  }
}
