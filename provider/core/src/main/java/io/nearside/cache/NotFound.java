package io.nearside.cache;

import io.nearside.config.NotFoundSettings;
import io.nearside.observe.CacheRecorder;
import io.nearside.store.Blank;
import io.nearside.store.Clock;
import io.nearside.store.Reservation;
import io.nearside.store.Store;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a cache remembers of keys that its source had nothing for. All that loads comes by here:
 * when it has reserved what it wants to load, and when a load has found nothing. Thread-safe.
 */
final class NotFound<K, V> {
  private final Store<K, V> store;
  private final CacheRecorder recorder;
  private final @Nullable NotFoundSettings settings;
  private final Jitter jitter;
  private final boolean keeps;
  private final Clock clock;

  /**
   * @param settings null if nothing is remembered
   * @param keeps whether the store keeps what has expired for loads that fail
   */
  NotFound(
      Store<K, V> store,
      CacheRecorder recorder,
      @Nullable NotFoundSettings settings,
      RandomGenerator random,
      boolean keeps,
      Clock clock) {
    this.store = store;
    this.recorder = recorder;
    this.settings = settings;
    this.keeps = keeps;
    this.clock = clock;
    this.jitter = (settings == null) ? Jitter.NONE : new Jitter(settings.jitter(), random);
  }

  boolean isOn() {
    return settings != null;
  }

  /** Whether a load is needless, since the source had nothing a moment ago; it is then counted. */
  boolean answers(@Nullable Reservation reservation) {
    if (reservation instanceof Blank) {
      recorder.notFoundHits(1);
      return true;
    }
    return false;
  }

  /** Those reservations for which a load is not needless. */
  Map<K, Reservation> unanswered(Map<K, Reservation> reserved) {
    Map<K, Reservation> left = new HashMap<>(reserved);
    if (left.values().removeIf(Blank.class::isInstance)) {
      recorder.notFoundHits(reserved.size() - left.size());
    }
    return left;
  }

  /** A load has found nothing. */
  void remember(K key, Reservation reservation) {
    rememberAll(Map.of(key, reservation));
  }

  /** Loads have found nothing; nor shall others, in whose place what has expired would stand. */
  void rememberAll(Map<K, Reservation> reservations) {
    NotFoundSettings wanted = settings;
    Map<K, Blank> blanks =
        (wanted == null || reservations.isEmpty())
            ? Map.of()
            : store.blankAll(reservations, () -> jitter.apply(wanted.timeToLive().toNanos()));
    if (keeps) {
      reservations.forEach((key, reservation) -> {
        if (!blanks.containsKey(key)) {
          store.endKept(key, reservation, clock.nanos());
        }
      });
    }
  }
}
