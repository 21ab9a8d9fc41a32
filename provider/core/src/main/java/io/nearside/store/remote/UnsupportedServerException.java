package io.nearside.store.remote;

import io.nearside.resilience.Diagnosis;

/** The server can't do what the remote tier needs. */
final class UnsupportedServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedServerException(String message) {
    super(message);
  }

  Diagnosis diagnosis() {
    return new Diagnosis(Diagnosis.Kind.DENIED, String.valueOf(getMessage()), true, null);
  }
}
