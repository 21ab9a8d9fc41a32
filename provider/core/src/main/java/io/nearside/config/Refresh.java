package io.nearside.config;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds out whether a cache loads entries anew before they expire. */
final class Refresh {
  private final Layers layers;
  private final ExpirySettings expiry;

  Refresh(Layers layers, ExpirySettings expiry) {
    this.layers = layers;
    this.expiry = expiry;
  }

  /**
   * Null if nobody asked for it; in {@code defaults} it is for caches that have a loader and a time
   * to live.
   *
   * @param loads whether there is a loader
   */
  @Nullable RefreshSettings settings(boolean loads) {
    Layer.Assigned soft = layers.first(Setting.SOFT_TIME_TO_LIVE);
    Layer.Assigned factor = layers.first(Setting.REFRESH_AHEAD_FACTOR);
    if (soft == null && factor == null) {
      refuseThrottle();
      return null;
    }
    if (soft != null && factor != null) {
      throw factor
          .place()
          .error(
              Setting.REFRESH_AHEAD_FACTOR.path(),
              "can't stand beside " + Setting.SOFT_TIME_TO_LIVE.path() + ": take one of them out");
    }
    Setting said = (soft == null) ? Setting.REFRESH_AHEAD_FACTOR : Setting.SOFT_TIME_TO_LIVE;
    String lacking = lacking(loads);
    if (lacking != null) {
      refuseIfOwn(said, lacking);
      return null;
    }
    Duration timeToLive = Objects.requireNonNull(expiry.timeToLive());
    return new RefreshSettings(
        (soft == null) ? part(Objects.requireNonNull(factor)) : part(soft, timeToLive),
        timeToLive,
        layers.value(Setting.THROTTLE, Duration.class, RefreshSettings.DEFAULT_THROTTLE));
  }

  private @Nullable String lacking(boolean loads) {
    if (!loads) {
      return "needs a loader, which loads what is due: give loader, or take it out";
    }
    if (expiry.timeToLive() == null) {
      return "needs timeToLive, of which it is a part: give one, or take it out";
    }
    return (expiry.sliding() == null)
        ? null
        : "can't stand beside expiry.sliding, since what is read then lives on: take one of them"
            + " out";
  }

  private void refuseIfOwn(Setting setting, String problem) {
    Layer.Assigned own = layers.firstOwn(setting);
    if (own != null) {
      throw own.place().error(setting.path(), problem);
    }
  }

  private void refuseThrottle() {
    refuseIfOwn(
        Setting.THROTTLE,
        "needs refreshAheadFactor or expiry.softTimeToLive: give one, or take it out");
  }

  private static double part(Layer.Assigned factor) {
    double part = factor.as(Double.class);
    if (part <= 0 || part >= 1) {
      throw factor
          .place()
          .error(Setting.REFRESH_AHEAD_FACTOR.path(), "must be over 0 and under 1, was " + part);
    }
    return part;
  }

  private static double part(Layer.Assigned soft, Duration timeToLive) {
    Duration after = soft.as(Duration.class);
    if (after.compareTo(timeToLive) >= 0) {
      throw soft.place()
          .error(
              Setting.SOFT_TIME_TO_LIVE.path(),
              "must be under timeToLive " + timeToLive + ", was " + after);
    }
    return (double) after.toNanos() / timeToLive.toNanos();
  }
}
