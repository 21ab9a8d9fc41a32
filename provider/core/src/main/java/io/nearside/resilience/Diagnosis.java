package io.nearside.resilience;

import org.jspecify.annotations.Nullable;

/**
 * What a failed call says about the server.
 *
 * @param kind what follows from it
 * @param text what happened and the remedy, lower case; never a key or value
 * @param neverSent whether it is certain that the server did not get what was asked
 * @param cause for the stack trace; its message holds no key or value
 */
public record Diagnosis(Kind kind, String text, boolean neverSent, @Nullable Throwable cause) {

  /** Kinds of failures. */
  public enum Kind {
    /** The server is away, or as good as; the only kind that the circuit breaker counts. */
    OUTAGE,
    /** It answered that it can't now. */
    NOT_NOW,
    /** It answered that its memory is full. */
    FULL,
    /** It answered that this user may not. */
    DENIED,
    /** It answered that what was asked is wrong: nobody's outage. */
    ERROR
  }
}
