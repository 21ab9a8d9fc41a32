package io.nearside.benchmarks;

import java.util.Locale;

/**
 * One thing to measure.
 *
 * @param missPercent how many of a hundred requests ask for an absent key
 * @param callers the threads that call at the same time
 */
public record Case(
    Subject subject,
    Operation operation,
    Payload payload,
    int missPercent,
    int callers,
    Threads threads) {

  /** What is done to the cache. */
  public enum Operation {
    GET,
    PUT,
    /** An entry processor that sets the value. */
    INVOKE,
    /** A hundred keys at once. */
    GET_ALL,
    /** A hundred entries at once. */
    PUT_ALL,
    /** Not a call: the heap that one entry takes, key and value left out. */
    HEAP
  }

  static Case of(Subject subject, Operation operation) {
    return new Case(subject, operation, Payload.SMALL, 0, 1, Threads.PLATFORM);
  }

  Case operation(Operation other) {
    return new Case(subject, other, payload, missPercent, callers, threads);
  }

  Case payload(Payload other) {
    return new Case(subject, operation, other, missPercent, callers, threads);
  }

  Case missPercent(int percent) {
    return new Case(subject, operation, payload, percent, callers, threads);
  }

  Case callers(int number) {
    return new Case(subject, operation, payload, missPercent, number, threads);
  }

  Case threads(Threads kind) {
    return new Case(subject, operation, payload, missPercent, callers, kind);
  }

  String label() {
    return "%s, %s, %s, %d %% misses, %d %s%s"
        .formatted(
            operation.name().toLowerCase(Locale.ROOT),
            subject.label(),
            payload.name().toLowerCase(Locale.ROOT),
            missPercent,
            callers,
            threads == Threads.VIRTUAL ? "virtual " : "",
            callers == 1 ? "caller" : "callers");
  }
}
