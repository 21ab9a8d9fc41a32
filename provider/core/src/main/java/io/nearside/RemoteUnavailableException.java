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

  private final boolean outcomeUnknown;

  /**
   * @param message names the cache or manager, what was asked, what happened, and the remedy
   * @param outcomeUnknown whether what was asked may have been done all the same
   */
  public RemoteUnavailableException(
      String message, boolean outcomeUnknown, @Nullable Throwable cause) {
    super(message, cause);
    this.outcomeUnknown = outcomeUnknown;
  }

  /**
   * Whether the change that was asked for may have been made: it was sent, and no answer came. It
   * is never made later than the call's time-out.
   */
  public boolean isOutcomeUnknown() {
    return outcomeUnknown;
  }
}
