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
    Layer.Assigned chance = layers.first(Setting.REFRESH_AHEAD);
    if (soft == null && factor == null && chance == null) {
      refuseThrottle();
      return null;
    }
    refuseBoth(Setting.REFRESH_AHEAD_FACTOR, factor, Setting.SOFT_TIME_TO_LIVE, soft);
    refuseBoth(Setting.REFRESH_AHEAD, chance, Setting.SOFT_TIME_TO_LIVE, soft);
    refuseBoth(Setting.REFRESH_AHEAD, chance, Setting.REFRESH_AHEAD_FACTOR, factor);
    Setting said =
        (soft != null)
            ? Setting.SOFT_TIME_TO_LIVE
            : (factor != null) ? Setting.REFRESH_AHEAD_FACTOR : Setting.REFRESH_AHEAD;
    String lacking = lacking(loads);
    if (lacking != null) {
      refuseIfOwn(said, lacking);
      return null;
    }
    Duration timeToLive = Objects.requireNonNull(expiry.timeToLive());
    return new RefreshSettings(
        (soft != null) ? (Double) part(soft, timeToLive) : (factor != null) ? part(factor) : null,
        timeToLive,
        layers.value(Setting.THROTTLE, Duration.class, RefreshSettings.DEFAULT_THROTTLE));
  }

  private static void refuseBoth(
      Setting setting, Layer.@Nullable Assigned one, Setting other, Layer.@Nullable Assigned two) {
    if (one != null && two != null) {
      throw one.place()
          .error(setting.path(), "can't stand beside " + other.path() + ": take one of them out");
    }
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
    if (layers.first(Setting.STALE_IF_ERROR) != null) {
      return;
    }
    refuseIfOwn(
        Setting.THROTTLE,
        "needs refreshAheadFactor, refreshAhead, expiry.softTimeToLive or staleIfError: give one, or"
            + " take it out");
  }

  private static Double part(Layer.Assigned factor) {
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
