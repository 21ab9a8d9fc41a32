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
      refuseSoftTimeout();
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
          layers.value(Setting.THROTTLE, Duration.class, RefreshSettings.DEFAULT_THROTTLE),
          softTimeout());
    }
    Layer.Assigned own = layers.firstOwn(Setting.STALE_IF_ERROR);
    if (own != null) {
      throw own.place().error(Setting.STALE_IF_ERROR.path(), lacking);
    }
    refuseSoftTimeout();
    return null;
  }

  private void refuseSoftTimeout() {
    Layer.Assigned own = layers.firstOwn(Setting.LOAD_SOFT_TIMEOUT);
    if (own != null) {
      throw own.place()
          .error(
              Setting.LOAD_SOFT_TIMEOUT.path(),
              "needs staleIfError, since what that keeps answers then; without it nobody would, and"
                  + " callers would wait as before: give staleIfError, or take it out");
    }
  }

  /** In {@code defaults} it is for caches whose hard time-out is later. */
  private @Nullable Duration softTimeout() {
    Layer.Assigned soft = layers.first(Setting.LOAD_SOFT_TIMEOUT);
    Layer.Assigned hard = layers.first(Setting.LOAD_HARD_TIMEOUT);
    if (soft == null) {
      return null;
    }
    Duration after = soft.as(Duration.class);
    if (hard == null || after.compareTo(hard.as(Duration.class)) < 0) {
      return after;
    }
    if (layers.firstOwn(Setting.LOAD_SOFT_TIMEOUT) == null
        && layers.firstOwn(Setting.LOAD_HARD_TIMEOUT) != null) {
      return null;
    }
    throw soft.place()
        .error(
            Setting.LOAD_SOFT_TIMEOUT.path(),
            "must be under load.hardTimeout "
                + hard.as(Duration.class)
                + ", after which callers wait no longer anyway, was "
                + after);
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
