package io.nearside.samples.quickstart;

import org.jspecify.annotations.Nullable;

/**
 * One answered read.
 *
 * @param value null when there was nothing
 * @param begin when it was asked, in {@link History#now} time
 * @param end when it was answered
 */
record Read(Source source, long id, @Nullable Product value, long begin, long end) {

  /** Who answered. */
  enum Source {
    CACHE,
    DATABASE
  }
}
