package io.nearside.observe;

/** A part of an operation that takes time worth knowing. */
public enum Step {
  /** What an operation of a cache asks of Redis, as a whole. */
  OPERATION,

  /** Waiting for a connection, or for the batch that takes a read along. */
  QUEUE,

  /** Values to bytes, or back. */
  CODEC,

  /** One call of Redis, from handing it over until its answer. */
  NETWORK,

  /** A call of the loader. */
  LOADER
}
