package io.nearside.spring;

import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** The application can't start, as somebody has to change a setting or the class path. */
class BadSettingsException extends CacheException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  BadSettingsException(String message, String remedy, @Nullable Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** What to do, as a sentence. */
  String remedy() {
    return remedy;
  }
}
