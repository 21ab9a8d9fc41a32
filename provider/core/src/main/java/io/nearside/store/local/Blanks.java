package io.nearside.store.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.nearside.store.Blank;
import io.nearside.store.Clock;
import org.jspecify.annotations.Nullable;

/** The keys that the source had nothing for, in a bounded space of their own. Thread-safe. */
final class Blanks<K> {
  private final Cache<K, Blank> blanks;
  private final Clock clock;

  Blanks(long maximum, Clock clock) {
    this.clock = clock;
    this.blanks =
        Caffeine.newBuilder()
            .maximumSize(maximum)
            .executor(Runnable::run)
            .ticker(clock::nanos)
            .expireAfter(new UntilItEnds<K>())
            .build();
  }

  /** Null if the source is to be asked. */
  @Nullable Blank get(K key) {
    Blank blank = blanks.getIfPresent(key);
    return (blank != null && clock.nanos() - blank.until() < 0) ? blank : null;
  }

  void put(K key, Blank blank) {
    blanks.put(key, blank);
  }

  void remove(K key) {
    blanks.invalidate(key);
  }

  void clear() {
    blanks.invalidateAll();
  }

  /** Gives back the memory of what has ended, and of what is over the bound. */
  void expire() {
    blanks.cleanUp();
  }

  private static final class UntilItEnds<K> implements Expiry<K, Blank> {
    @Override
    public long expireAfterCreate(K key, Blank blank, long now) {
      return Math.max(0, blank.until() - now);
    }

    @Override
    public long expireAfterUpdate(K key, Blank blank, long now, long current) {
      return Math.max(0, blank.until() - now);
    }

    @Override
    public long expireAfterRead(K key, Blank blank, long now, long current) {
      return current;
    }
  }
}
