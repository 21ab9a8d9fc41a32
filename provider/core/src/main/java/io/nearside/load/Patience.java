package io.nearside.load;

/**
 * How long a caller waits for a load until it asks whether something else does.
 *
 * @param nanos until then it just waits
 * @param tired asks, then; throws what ends the wait, or returns to go on waiting
 */
public record Patience(long nanos, Runnable tired) {
  /** Of a caller for whom nothing else does. */
  public static final Patience ENDLESS = new Patience(Long.MAX_VALUE, () -> {});
}
