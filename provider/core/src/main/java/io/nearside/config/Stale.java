package io.nearside.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Finds out whether entries whose time is over stand in for loads that fail. */
final class Stale {
  private final Layers layers;
  private final ExpirySettings expiry;

  Stale(Layers layers, ExpirySettings expiry) {
    this.layers = layers;
    this.expiry = expiry;
  }

  /**
   * Null if nobody asked for it; in {@code defaults} it is for caches that can.
   *
   * @param refresh when entries are due to be loaded anew; null: they are not
   */
  @Nullable StaleSettings settings(boolean loads, @Nullable RefreshSettings refresh) {
    Layer.Assigned asked = layers.first(Setting.STALE_IF_ERROR);
    if (asked == null) {
      return null;
    }
    String lacking = lacking(loads);
    Duration ifError = asked.as(Duration.class);
    if (lacking == null && refresh != null && refresh.part() != null) {
      Duration left = refresh.lifeAfter();
      if (ifError.compareTo(left) <= 0) {
        lacking =
            "must be over "
                + left
                + ", for which an entry lives on when it is due to be loaded anew, since it is"
                + " counted from then; was "
                + ifError;
      }
    }
    if (lacking == null) {
      return new StaleSettings(
          ifError,
          layers.value(Setting.THROTTLE, Duration.class, RefreshSettings.DEFAULT_THROTTLE));
    }
    Layer.Assigned own = layers.firstOwn(Setting.STALE_IF_ERROR);
    if (own != null) {
      throw own.place().error(Setting.STALE_IF_ERROR.path(), lacking);
    }
    return null;
  }

  private @Nullable String lacking(boolean loads) {
    if (!loads) {
      return "needs a loader, whose failures it is for: give loader, or take it out";
    }
    return (expiry.timeToLive() == null)
        ? "needs timeToLive, after which it begins: give one, or take it out"
        : null;
  }
}
