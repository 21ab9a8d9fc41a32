package io.nearside.benchmarks;

/** What calls. */
public enum Threads {
  PLATFORM,
  /** On a JDK of at least 21. */
  VIRTUAL
}
