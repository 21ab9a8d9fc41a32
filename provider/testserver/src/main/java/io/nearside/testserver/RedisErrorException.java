package io.nearside.testserver;

import java.io.IOException;

/** The server understood the command and refused it, such as {@code WRONGTYPE …}. */
public final class RedisErrorException extends IOException {
  private static final long serialVersionUID = 1;

  RedisErrorException(String message) {
    super(message);
  }
}
