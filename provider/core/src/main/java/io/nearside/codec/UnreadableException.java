package io.nearside.codec;

import org.jspecify.annotations.Nullable;

/** Bytes that are not what they should be: the entry counts as missing. */
public final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnreadableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public UnreadableException(String message) {
    this(message, null);
  }
}
