package io.nearside.observe;

/** What parts beneath a cache count. */
public enum Count {
  /** Calls of the loader. */
  LOADS,

  /** Those of them that failed. */
  FAILED_LOADS,

  /** Bytes of entries that came from Redis. */
  BYTES_IN,

  /** Bytes of entries that were sent to it. */
  BYTES_OUT,

  /** Changes that other nodes were told of. */
  ANNOUNCED,

  /** Calls without an answer in time, or without a connection. */
  CALLS_UNREACHABLE,

  /** Calls that the server said it can't do now. */
  CALLS_REFUSED,

  /** Calls that the server had no memory for. */
  CALLS_FULL,

  /** Calls that the server does not let this user make. */
  CALLS_DENIED,

  /** Calls that the server called wrong. */
  CALLS_WRONG,

  /** Calls whose caller could not wait for as long as a call may take. */
  CALLS_GIVEN_UP,

  /** Calls that were not made since too many wait. */
  CALLS_OVERLOADED,

  /** Calls that were not made since a circuit breaker was open. */
  CALLS_NOT_TRIED,

  /** A circuit breaker began to keep calls away. */
  BREAKER_OPENED,

  /** One lets a few calls try. */
  BREAKER_HALF_OPENED,

  /** Calls succeed again. */
  BREAKER_CLOSED
}
