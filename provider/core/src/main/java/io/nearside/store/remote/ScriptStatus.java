package io.nearside.store.remote;

/** How a script ended; on the wire by ordinal. */
enum ScriptStatus {
  /** As asked. */
  DONE,
  /** The deadline was over: nothing was changed. */
  LATE,
  /** The key holds what Nearside did not write: nothing was changed. */
  FOREIGN,
  /** The condition did not hold, or what was named is not there: nothing was changed. */
  NOT_MET,
  /** Somebody else is first in the queue for this key: nothing was changed. */
  QUEUED,
  /** The reservation does not stand any more: nothing was changed. */
  VOID,
  /** Of a read: a live entry was found, and nothing was reserved. */
  FOUND,
  /** Reserved, but another node loads the key. */
  HELD,
  /** Too many writes wait for the source: nothing was changed. */
  QUEUE_FULL,
  /** The source is known to have nothing: nothing was reserved. */
  NOT_FOUND;

  /** What every reply begins with: a status, 1 byte, and the server's time in µs, 7. */
  static final int HEADER = 8;
}
