package io.nearside.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When an entry that is read is loaded anew before it expires.
 *
 * @param part of its life after which a read begins that; over 0, under 1; null: by chance, as
 *     {@link RefreshAhead#XFETCH}
 * @param timeToLive of an entry whose life nobody has chosen otherwise
 * @param throttle how long a key whose reload failed is left alone
 */
public record RefreshSettings(@Nullable Double part, Duration timeToLive, Duration throttle) {
  public static final Duration DEFAULT_THROTTLE = Duration.ofSeconds(30);

  /** What is left of an entry's life when it is due; zero if that is left to chance. */
  public Duration lifeAfter() {
    return (part == null)
        ? Duration.ZERO
        : timeToLive.minusNanos((long) Math.floor(part * timeToLive.toNanos()));
  }
}
