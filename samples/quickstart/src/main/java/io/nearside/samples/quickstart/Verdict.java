package io.nearside.samples.quickstart;

/** What the checker says about one read. */
sealed interface Verdict {

  /** The value was the current one at some instant of the read. */
  enum Right implements Verdict {
    INSTANCE
  }

  /** It was not. */
  record Wrong(String reason) implements Verdict {}
}
