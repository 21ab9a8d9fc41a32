package io.nearside.samples.quickstart;

import io.nearside.samples.quickstart.History.State;
import io.nearside.samples.quickstart.Read.Source;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Holds every read against the history of the database: the value must be, to the last field, what
 * the database held in that version, and no older than the history says that it may be.
 * Thread-safe.
 */
final class Checker {
  private final History history;
  private final Complaints complaints;
  private final LongAdder checked = new LongAdder();
  private final LongAdder wrong = new LongAdder();

  Checker(History history, Complaints complaints) {
    this.history = history;
    this.complaints = complaints;
  }

  /** Judges a read and counts the verdict. */
  Verdict check(Read read) {
    Verdict verdict = judge(read);
    checked.increment();
    if (verdict instanceof Verdict.Wrong bad) {
      wrong.increment();
      complaints.add(bad.reason());
    }
    return verdict;
  }

  private Verdict judge(Read read) {
    State newest = history.latest(read.id());
    if (newest == null) {
      return read.value() == null
          ? Verdict.Right.INSTANCE
          : wrong(read, "there is no such product");
    }
    State match = null;
    State floor = null;
    for (State state = newest; state != null && floor == null; state = state.previous()) {
      if (state.begin <= read.end()) {
        match = isVersionOf(state, read.value()) ? state : match;
        floor = history.isBinding(state, read) ? state : null;
      }
    }
    return match == null ? wrong(read, mismatch(newest, floor)) : contents(match, read);
  }

  private static boolean isVersionOf(State state, @Nullable Product value) {
    return value == null
        ? state.product == null
        : state.product != null && state.version == value.version();
  }

  private static String mismatch(State newest, @Nullable State floor) {
    return "the versions from %s to %d were possible"
        .formatted(floor == null ? "?" : floor.version, newest.version);
  }

  private static Verdict contents(State match, Read read) {
    if (read.value() != null && !read.value().equals(match.product)) {
      return wrong(read, "the database held " + match.product);
    }
    if (read.source() == Source.CACHE) {
      match.seenAt(read.end());
    }
    return Verdict.Right.INSTANCE;
  }

  private static Verdict wrong(Read read, String why) {
    return new Verdict.Wrong(
        "product %d, read from the %s at %.3f ms: got %s, but %s"
            .formatted(
                read.id(),
                read.source().name().toLowerCase(Locale.ROOT),
                read.begin() / 1e6,
                read.value() == null ? "nothing" : read.value(),
                why));
  }

  long checked() {
    return checked.sum();
  }

  long wrong() {
    return wrong.sum();
  }
}
