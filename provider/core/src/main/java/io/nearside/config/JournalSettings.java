package io.nearside.config;

import java.nio.file.Path;

/**
 * Where the writes of a local cache wait on disk. Immutable.
 *
 * @param directory absolute
 * @param maximumBytes what the writes that wait may take, as the cache's codec has them
 */
public record JournalSettings(Path directory, long maximumBytes) {

  /** What holds where nothing else is said: 256 MiB. */
  public static final long DEFAULT_MAXIMUM_BYTES = 256L << 20;
}
