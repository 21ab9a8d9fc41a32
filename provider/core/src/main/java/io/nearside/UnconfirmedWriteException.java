package io.nearside;

/**
 * A change stands on the master and its write is in the queue, but no replica has said in time that
 * it has them ({@code writeBehind.acknowledge: replica}). So the outcome is unknown: without a
 * fail-over all is as if nothing had been thrown; a fail-over may take change and write away,
 * always both.
 *
 * <p>A {@code put} or {@code remove} may simply be repeated. Before what depends on the entry (such
 * as {@code replace}, or an entry processor) is repeated, read it. Thrown for no change that was
 * refused by its own condition. Of {@code putAll} and {@code removeAll} it says that some key is in
 * doubt; others may have been changed or not.
 */
public final class UnconfirmedWriteException extends RemoteUnavailableException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names the cache, what is in doubt and why, and the remedy
   */
  public UnconfirmedWriteException(String message) {
    super(message, Reason.UNREACHABLE, true, null);
  }
}
