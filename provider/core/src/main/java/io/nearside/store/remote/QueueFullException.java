package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;

/** Nothing was changed, since too many writes wait for the source. */
final class QueueFullException extends RemoteUnavailableException {
  private static final long serialVersionUID = 1L;

  QueueFullException(String cache) {
    super(
        "cache \""
            + cache
            + "\": too many writes wait for its source (writeBehind.maximumDepth), or one waits for"
            + " longer than writeBehind.maximumLag, and there was no room in time"
            + " (writeBehind.whenFull), so nothing was changed; see what slows the writer down, and"
            + " the parked writes",
        Reason.FULL,
        false,
        null);
  }
}
