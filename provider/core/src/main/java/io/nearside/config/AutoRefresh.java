package io.nearside.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out whether a cache loads chosen keys anew at intervals. */
final class AutoRefresh {
  private static final List<Setting> DETAILS =
      List.of(Setting.REFRESH_STOP, Setting.REFRESH_CONCURRENCY);

  private final Layers layers;
  private final ExpirySettings expiry;

  AutoRefresh(Layers layers, ExpirySettings expiry) {
    this.layers = layers;
    this.expiry = expiry;
  }

  /**
   * Null if nobody asked for it; in {@code defaults} it is for caches that have a loader.
   *
   * @param loads whether there is a loader
   */
  @Nullable AutoRefreshSettings settings(boolean loads) {
    Layer.Assigned interval = layers.first(Setting.REFRESH_INTERVAL);
    if (interval == null) {
      DETAILS.forEach(
          detail -> refuseIfOwn(detail, "needs refresh.interval: give one, or take it out"));
      return null;
    }
    if (!loads) {
      refuseIfOwn(
          Setting.REFRESH_INTERVAL,
          "needs a loader, which loads what is due: give loader, or take it out");
      return null;
    }
    Duration every = interval.as(Duration.class);
    requireUnderLife(interval, every);
    return new AutoRefreshSettings(every, stop(every), concurrency());
  }

  private void requireUnderLife(Layer.Assigned interval, Duration every) {
    Duration life = expiry.timeToLive();
    if (life != null && every.compareTo(life) >= 0) {
      throw interval
          .place()
          .error(
              Setting.REFRESH_INTERVAL.path(),
              "must be under timeToLive "
                  + life
                  + ", or entries would expire between two loads, was "
                  + every);
    }
  }

  private Duration stop(Duration every) {
    Layer.Assigned stop = layers.first(Setting.REFRESH_STOP);
    if (stop == null) {
      return AutoRefreshSettings.DEFAULT_STOP_AFTER_LAST_ACCESS;
    }
    Duration after = stop.as(Duration.class);
    if (after.compareTo(every) < 0) {
      throw stop.place()
          .error(
              Setting.REFRESH_STOP.path(),
              "must be >= refresh.interval " + every + ", was " + after);
    }
    return after;
  }

  private int concurrency() {
    return layers.value(
        Setting.REFRESH_CONCURRENCY, Integer.class, AutoRefreshSettings.DEFAULT_CONCURRENCY);
  }

  private void refuseIfOwn(Setting setting, String problem) {
    Layer.Assigned own = layers.firstOwn(setting);
    if (own != null) {
      throw own.place().error(setting.path(), problem);
    }
  }
}
