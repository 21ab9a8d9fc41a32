package io.nearside.nodes;

import io.nearside.nodes.KeyHistory.Losing;
import io.nearside.nodes.Load.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * How old the answers of several nodes were: the age of a read is how long before its invocation
 * its value had certainly been overwritten. What may break the promise is counted, and the first
 * cases of it are told.
 */
final class Ages {
  private static final int COMPLAINTS = 10;

  /**
   * What answers may be.
   *
   * @param bound how old FRESH ones may be, and all of them when no fault is near
   */
  record Rules(Duration bound, Losing losing, KeyHistory.Lateness lateness) {}

  private final List<Writing> writes;
  private final List<Reading> reads;
  private final List<Window> faults;
  private final Rules rules;
  private final List<String> complaints = new ArrayList<>();
  private long stale;
  private long longest;
  private long longestStale;
  private long older;
  private long afterFaults;
  private long unreadOwn;
  private long strange;

  private Ages(List<Writing> writes, List<Reading> reads, List<Window> faults, Rules rules) {
    this.writes = writes;
    this.reads = reads;
    this.faults = faults.stream().sorted(Comparator.comparingLong(Window::from)).toList();
    this.rules = rules;
  }

  /** Judges a history of whole keys: no write of theirs may be missing. */
  static Ages of(List<Writing> writes, List<Reading> reads, List<Window> faults, Rules rules) {
    Ages ages = new Ages(writes, reads, faults, rules);
    ages.judge();
    return ages;
  }

  private void judge() {
    Map<String, KeyHistory> histories = new HashMap<>();
    Map<String, KeyHistory> own = new HashMap<>();
    Map<String, Integer> writers = new HashMap<>();
    writes.stream()
        .collect(Collectors.groupingBy(Writing::key))
        .forEach((key, writings) -> {
          requireOneAfterTheOther(key, writings);
          histories.put(key, history(writings, rules.losing()));
          own.put(key, history(writings, own(rules.losing())));
          writers.put(key, writings.get(0).node());
        });
    KeyHistory unwritten = history(List.of(), rules.losing());
    for (Reading read : reads) {
      Answer answer = read.answer();
      if (answer != null) {
        OptionalLong age =
            histories
                .getOrDefault(read.key(), unwritten)
                .age(answer, read.invoked(), read.returned());
        if (age.isEmpty()) {
          strange++;
          complain("nobody had written it", read, 0);
        } else {
          judge(read, answer, age.getAsLong());
          KeyHistory written = own.get(read.key());
          if (written != null && writers.get(read.key()) == read.node()) {
            judgeOwn(read, answer, written);
          }
        }
      }
    }
  }

  private void judgeOwn(Reading read, Answer answer, KeyHistory written) {
    long age = written.age(answer, read.invoked(), read.returned()).orElse(0);
    if (answer.fresh() && age > 0) {
      unreadOwn++;
      complain("its own write not read", read, age);
    }
  }

  /** That something was lost is not a write of the node's own. */
  private static Losing own(Losing losing) {
    return losing == Losing.EVERYTHING ? Losing.ANYTHING : losing;
  }

  private KeyHistory history(List<Writing> writings, Losing losing) {
    return new KeyHistory(writings, faults, losing, rules.lateness());
  }

  /** Without it, nobody would know which of two writes came last. */
  private static void requireOneAfterTheOther(String key, List<Writing> writings) {
    List<Writing> inTurn =
        writings.stream().sorted(Comparator.comparingLong(Writing::invoked)).toList();
    for (int i = 1; i < inTurn.size(); i++) {
      Writing before = inTurn.get(i - 1);
      Writing after = inTurn.get(i);
      if (after.invoked() < before.returned() || after.node() != before.node()) {
        throw new IllegalArgumentException(
            "key " + key + " has several writers: " + before.line() + " and " + after.line());
      }
    }
  }

  private void judge(Reading read, Answer answer, long age) {
    boolean tooOld = age > rules.bound().toNanos();
    if (answer.fresh()) {
      longest = Math.max(longest, age);
    } else {
      stale++;
      longestStale = Math.max(longestStale, age);
    }
    if (answer.fresh() && tooOld) {
      older++;
      complain("FRESH, but over the bound", read, age);
    }
    if (tooOld && noFaultNear(read)) {
      afterFaults++;
      complain("over the bound without a fault", read, age);
    }
  }

  private boolean noFaultNear(Reading read) {
    return faults.stream()
        .noneMatch(fault ->
            read.returned() >= fault.from()
                && read.invoked() <= fault.to() + rules.bound().toNanos());
  }

  private void complain(String what, Reading read, long age) {
    if (complaints.size() < COMPLAINTS) {
      complaints.add(what + ", age " + millis(age) + ": " + read.line());
    }
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }

  /** What breaks the promise, the first cases of it; empty if nothing does. */
  List<String> complaints() {
    return complaints;
  }

  /** FRESH answers that were older than the bound. */
  long older() {
    return older;
  }

  /** Answers that were older than the bound, though the last fault was over for that long. */
  long afterFaults() {
    return afterFaults;
  }

  /** FRESH answers at the writer's node that missed a write that had returned. */
  long unreadOwn() {
    return unreadOwn;
  }

  /** Answers with a value that was not written, or not yet. */
  long strange() {
    return strange;
  }

  /** Answers that the cache itself called STALE. */
  long stale() {
    return stale;
  }

  /** The age of the oldest FRESH answer. */
  Duration longest() {
    return Duration.ofNanos(longest);
  }

  LocalHits localHits() {
    return new LocalHits(writes, reads, faults);
  }

  /** How many keys have been read. */
  long keysRead() {
    return reads.stream().filter(r -> r.answer() != null).map(Reading::key).distinct().count();
  }

  /** How many reads were answered in a time. */
  long answered(long from, long to) {
    return reads.stream()
        .filter(r -> r.answer() != null && r.invoked() >= from && r.returned() <= to)
        .count();
  }

  /** How many nodes had writes acknowledged in a time. */
  long writersAcknowledged(long from, long to) {
    return writes.stream()
        .filter(w -> w.known() && w.invoked() >= from && w.returned() <= to)
        .map(Writing::node)
        .distinct()
        .count();
  }

  /** Calls that failed. */
  long failed() {
    return reads.stream().filter(r -> r.answer() == null).count()
        + writes.stream().filter(w -> !w.known()).count();
  }

  /** The figures, for a run to be reported. */
  String line() {
    LocalHits hits = localHits();
    return String.format(
        Locale.ROOT,
        "%d reads, %d STALE, %d writes, %d calls failed; oldest FRESH %s, oldest STALE %s;"
            + " FRESH over the bound of %d ms: %d, old without a fault: %d, own writes unread: %d,"
            + " never written: %d; hits in copies of hot keys %s, again after %s",
        reads.size(),
        stale,
        writes.size(),
        failed(),
        millis(longest),
        millis(longestStale),
        rules.bound().toMillis(),
        older,
        afterFaults,
        unreadOwn,
        strange,
        LocalHits.percent(hits.share()),
        hits.regained());
  }
}
