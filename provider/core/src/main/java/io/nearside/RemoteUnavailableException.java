package io.nearside;

import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Redis did not answer in time, could not be reached, refused, or is not asked for a while since it
 * failed too often; or too many calls wait for it. What a cache does then is its {@code
 * degraded.mode}.
 */
public class RemoteUnavailableException extends CacheException {
  private static final long serialVersionUID = 1L;

  /** Why there was no answer, where callers do not act alike. */
  public enum Reason {
    /** No answer in time, or no connection. */
    UNREACHABLE,
    /** It was not even tried: it failed too often just now, or too many calls wait. */
    SHED,
    /** The server said that it can't now: it loads, fails over, or is a replica. */
    REFUSED,
    /** The server has no memory left; nothing was stored. */
    FULL,
    /** The server does not know this user, or does not let it do that. */
    DENIED
  }

  private final boolean outcomeUnknown;
  private final Reason reason;

  /**
   * @param message names the cache or manager, what was asked, what happened, and the remedy
   * @param outcomeUnknown whether what was asked may have been done all the same
   */
  public RemoteUnavailableException(
      String message, boolean outcomeUnknown, @Nullable Throwable cause) {
    this(message, Reason.UNREACHABLE, outcomeUnknown, cause);
  }

  /**
   * @param message names the cache or manager, what was asked, what happened, and the remedy
   * @param outcomeUnknown whether what was asked may have been done all the same
   */
  public RemoteUnavailableException(
      String message, Reason reason, boolean outcomeUnknown, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.outcomeUnknown = outcomeUnknown;
  }

  /** Why there was no answer. */
  public Reason reason() {
    return reason;
  }

  /**
   * Whether the change that was asked for may have been made: it was sent, and no answer came. It
   * is never made later than the call's time-out.
   */
  public boolean isOutcomeUnknown() {
    return outcomeUnknown;
  }
}
