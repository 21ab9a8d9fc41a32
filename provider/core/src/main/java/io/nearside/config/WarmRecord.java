package io.nearside.config;

import io.nearside.config.Kind.RecordKeys;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out whether, and where, it is kept which keys a cache has been asked for. */
final class WarmRecord {
  private static final List<Setting> DETAILS =
      List.of(Setting.WARM_RECORD_KEYS, Setting.WARM_RECORD_MAXIMUM_KEYS);

  private final Layers layers;

  WarmRecord(Layers layers) {
    this.layers = layers;
  }

  /**
   * Null if nobody asked for it; in {@code defaults} it is for caches that have a loader.
   *
   * @param loads whether there is a loader
   */
  @Nullable WarmRecordSettings settings(boolean loads) {
    Layer.Assigned directory = layers.first(Setting.WARM_RECORD_DIRECTORY);
    if (directory == null) {
      DETAILS.forEach(
          detail -> refuseIfOwn(detail, "needs warm.record.directory: give one, or take it out"));
      return null;
    }
    if (!loads) {
      refuseIfOwn(
          Setting.WARM_RECORD_DIRECTORY,
          "needs a loader, which warms by what is recorded: give loader, or take it out");
      return null;
    }
    return new WarmRecordSettings(
        directory.as(Path.class),
        layers.value(Setting.WARM_RECORD_KEYS, RecordKeys.class, RecordKeys.HASHED)
            == RecordKeys.CLEAR,
        layers.value(
            Setting.WARM_RECORD_MAXIMUM_KEYS,
            Integer.class,
            WarmRecordSettings.DEFAULT_MAXIMUM_KEYS));
  }

  private void refuseIfOwn(Setting setting, String problem) {
    Layer.Assigned own = layers.firstOwn(setting);
    if (own != null) {
      throw own.place().error(setting.path(), problem);
    }
  }
}
