package io.nearside.config;

import java.nio.file.Path;

/**
 * Where it is kept which keys a cache has been asked for of late, to warm it after a restart.
 * Immutable.
 *
 * @param directory absolute
 * @param clearKeys whether it holds the keys themselves, rather than what they can be known by
 * @param maximumKeys the most keys that a node keeps there
 */
public record WarmRecordSettings(Path directory, boolean clearKeys, int maximumKeys) {

  /** What holds where nothing else is said. */
  public static final int DEFAULT_MAXIMUM_KEYS = 10_000;
}
