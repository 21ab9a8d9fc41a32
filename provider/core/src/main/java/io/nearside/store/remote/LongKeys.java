package io.nearside.store.remote;

import io.nearside.codec.KeyAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The keys whose names in Redis end in a hash and for which this node has asked: what is announced
 * of such a name concerns a copy here only if the key is among them. None is ever forgotten, so
 * they have a bound; beyond it those are not known which come later. Thread-safe.
 */
final class LongKeys {
  private final long maximum;
  private final Map<String, String> textByTail = new ConcurrentHashMap<>();
  private final AtomicLong characters = new AtomicLong();
  private volatile boolean full;

  /**
   * @param maximum the most characters of keys and their names that are kept
   */
  LongKeys(long maximum) {
    this.maximum = maximum;
  }

  /** To be called before Redis is asked for what may become a copy. */
  void note(KeyAddress address) {
    String tail = address.tail();
    if (!address.isHashed() || full || textByTail.containsKey(tail)) {
      return;
    }
    int length = tail.length() + address.text().length();
    if (characters.addAndGet(length) > maximum) {
      full = true;
    } else if (textByTail.putIfAbsent(tail, address.text()) != null) {
      characters.addAndGet(-length);
    }
  }

  /** The whole text of a key; null if it is not known. */
  @Nullable String text(String tail) {
    return textByTail.get(tail);
  }

  /** Whether nobody here has asked for a key. */
  boolean isStrange(String tail) {
    return textByTail.get(tail) == null && !full;
  }
}
