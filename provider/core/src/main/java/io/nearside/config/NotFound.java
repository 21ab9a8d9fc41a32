package io.nearside.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out whether a cache remembers keys that its source had nothing for. */
final class NotFound {
  private final Layers layers;
  private final ClassLoader classLoader;

  NotFound(Layers layers, ClassLoader classLoader) {
    this.layers = layers;
    this.classLoader = classLoader;
  }

  /**
   * Null if nobody asked for it; in {@code defaults} it is for caches that load what they miss.
   *
   * @param loads whether misses call a loader
   */
  @Nullable NotFoundSettings settings(boolean loads, JitterSettings jitter) {
    Layer.Assigned life = layers.first(Setting.NOT_FOUND_TIME_TO_LIVE);
    if (life == null) {
      refuse(Setting.NOT_FOUND_EXCEPTIONS);
      refuse(Setting.NOT_FOUND_MAXIMUM_SIZE);
      return null;
    }
    if (!loads) {
      refuseIfOwn(
          Setting.NOT_FOUND_TIME_TO_LIVE,
          "needs a loader that misses call, since only that says what does not exist: give loader,"
              + " or take it out");
      return null;
    }
    return new NotFoundSettings(
        life.as(Duration.class),
        jitter,
        layers.value(
            Setting.NOT_FOUND_MAXIMUM_SIZE, Integer.class, NotFoundSettings.DEFAULT_MAXIMUM_SIZE),
        exceptions());
  }

  private void refuse(Setting setting) {
    refuseIfOwn(setting, "needs notFoundTimeToLive: give one, or take it out");
  }

  private void refuseIfOwn(Setting setting, String problem) {
    Layer.Assigned own = layers.firstOwn(setting);
    if (own != null) {
      throw own.place().error(setting.path(), problem);
    }
  }

  private List<Class<? extends Throwable>> exceptions() {
    Layer.Assigned named = layers.first(Setting.NOT_FOUND_EXCEPTIONS);
    List<Class<? extends Throwable>> types = new ArrayList<>();
    if (named != null) {
      for (Object one : named.as(List.class)) {
        types.add(exception(one, named.place()));
      }
    }
    return types;
  }

  private Class<? extends Throwable> exception(Object named, Place place) {
    Setting setting = Setting.NOT_FOUND_EXCEPTIONS;
    Class<?> type =
        named instanceof Class<?> given
            ? given
            : NamedClassFactory.load((String) named, classLoader, setting, place);
    if (!RuntimeException.class.isAssignableFrom(type) || isTooWide(type)) {
      throw place.error(
          setting.path(),
          "must name exceptions that say that something does not exist, below RuntimeException and"
              + " not CacheException or CacheLoaderException, which say any failure; was "
              + type.getName());
    }
    return type.asSubclass(Throwable.class);
  }

  private static boolean isTooWide(Class<?> type) {
    return type.isAssignableFrom(javax.cache.integration.CacheLoaderException.class);
  }
}
