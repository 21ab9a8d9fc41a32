package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Seeds;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Random reads and changes of several JVMs while something happens to the server. */
final class Load {
  /**
   * How long after its caller gave up a call may still take effect: its deadline is in the server's
   * time, which the caller knows only so well.
   */
  static final long LATEST = TimeUnit.MILLISECONDS.toNanos(150);

  static final long OVER_TIMEOUT_MILLIS = 60;
  private static final int FEWEST = 20;
  private static final int KEYS = 10;

  /** Loading and compiling classes takes longer than calls may. */
  private static final Work WARM_UP =
      Work.parse("threads=3 most=800 millis=5000 keys=3 prefix=w seed=1");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Something that happens to the server. */
  interface Fault {
    void happen() throws Exception;
  }

  /** From when to when something happened, in nanoseconds of the monotonic clock. */
  record Window(long from, long to) {
    static Window of(Fault fault) throws Exception {
      long from = System.nanoTime();
      fault.happen();
      return new Window(from, System.nanoTime());
    }
  }

  /** The fault to come, while calls are under way; tells when it was. */
  interface Faults {
    List<Window> happen() throws Exception;
  }

  private final List<Work> results;
  private final List<Window> windows;
  private final Map<String, List<Operation>> histories;
  private final boolean copies;

  private Load(Nodes nodes, List<Work> results, List<Window> windows) throws IOException {
    this.copies = !nodes.bound().isZero();
    this.results = results;
    this.windows = windows;
    this.histories = nodes.histories();
  }

  /**
   * Runs random calls for a time and lets faults happen in the middle of it.
   *
   * @param nodes JVMs that have opened a cache
   * @param millis for how long calls are made
   */
  static Load run(String name, Nodes nodes, long millis, Faults faults) throws Exception {
    return run(name, nodes, "k", millis, faults);
  }

  /**
   * @param prefix of the keys, of which none may have been used
   */
  static Load run(String name, Nodes nodes, String prefix, long millis, Faults faults)
      throws Exception {
    Work work =
        Work.parse("threads=3 most=20000000")
            .with("millis", millis)
            .with("keys", KEYS)
            .with("prefix", prefix)
            .with("seed", Seeds.seed(name) & Integer.MAX_VALUE);
    nodes.run(Scenario.WARM_UP, WARM_UP, PATIENCE);
    nodes.begin(Scenario.HISTORY, work);
    last(Duration.ofMillis(millis / 4));
    List<Window> windows = new ArrayList<>(faults.happen());
    Load load = new Load(nodes, nodes.end(Nodes.patience(millis)), windows);
    nodes.report(name, load.results);
    return load;
  }

  /**
   * Lets a fault, or the time before it, last: that is its nature, there is nothing to wait for.
   */
  static void last(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }

  /** Calls went well before the first fault and after the last one, so something was tested. */
  Load wentWellBeforeAndAfter() {
    long first = windows.stream().mapToLong(Window::from).min().orElse(Long.MAX_VALUE);
    long last = windows.stream().mapToLong(Window::to).max().orElse(Long.MIN_VALUE);
    assertThat(histories).hasSize(KEYS);
    histories.forEach((key, history) -> {
      assertThat(history.stream().filter(op -> op.known() && op.returned() < first).count())
          .as("calls of %s before", key)
          .isGreaterThan(FEWEST);
      assertThat(history.stream().filter(op -> op.known() && op.invoked() > last).count())
          .as("calls of %s afterwards", key)
          .isGreaterThan(FEWEST);
    });
    return this;
  }

  /** Calls failed, so the fault was felt. */
  Load wasFelt() {
    assertThat(results.stream().mapToLong(r -> r.number("failed")).sum()).isPositive();
    return this;
  }

  /**
   * No call waited for a second time-out, however often it asks Redis. That it takes no longer than
   * one and a few milliseconds is judged where a machine has one JVM to run.
   */
  Load blockedNobody() {
    assertThat(results)
        .allSatisfy(result -> {
          assertThat(result.number("blocked"))
              .as("longest call but for what the machine explains, %s", result)
              .isLessThanOrEqualTo(Nodes.TIMEOUT.toMillis() + OVER_TIMEOUT_MILLIS);
        });
    return this;
  }

  /** What calls told could have come from one map, which lost nothing. */
  Load keptEverything() {
    return check(false, false);
  }

  /** Likewise, but in each fault a value may have been lost, for good. */
  Load lostAtMostInFaults() {
    return check(true, false);
  }

  /** Likewise, but a value may have been lost at any time, for good. */
  Load lostAtMost() {
    return check(false, true);
  }

  private Load check(boolean losesInFaults, boolean lossy) {
    histories.forEach((key, history) -> {
      List<Operation> all = new ArrayList<>(lasting(history));
      if (losesInFaults) {
        windows.forEach(w -> all.add(Operation.loss(key, w.from(), w.to())));
      }
      assertThat(judged(all, absent(), lossy).complaint()).isEmpty();
    });
    return this;
  }

  /**
   * What was acknowledged well before the only fault, and everything after it, could have come from
   * one map; the calls in between may have been undone, as when a replica takes over from a master
   * that died with changes it had not sent yet.
   *
   * @param before how long before the fault a call must have ended to be safe
   */
  Load undidAtMostTheLast(Duration before) {
    Window fault = windows.get(0);
    long safe = fault.from() - before.toNanos();
    histories.forEach((key, history) -> {
      List<Operation> all = lasting(history);
      List<Operation> early = until(all, safe);
      List<Operation> late = all.stream().filter(op -> op.invoked() > fault.to()).toList();
      Linearizability.Verdict verdict = judged(early, absent(), false);
      assertThat(verdict.complaint()).isEmpty();
      Set<@Nullable Long> states = new HashSet<>(verdict.states());
      states.add(null);
      all.stream()
          .filter(op -> op.returned() >= safe && op.invoked() <= fault.to())
          .map(Operation::argument)
          .forEach(states::add);
      assertThat(judged(late, states, false).complaint()).isEmpty();
    });
    return this;
  }

  /** Where the order can't be found in bounded memory the test says so, and counts as skipped. */
  private static Linearizability.Verdict judged(
      List<Operation> history, Set<@Nullable Long> states, boolean lossy) {
    try {
      return Linearizability.check(history, states, lossy);
    } catch (Linearizability.NoVerdict e) {
      return Assumptions.abort("no verdict: " + e.getMessage());
    }
  }

  /** Who was under way just then may have taken effect. */
  private static List<Operation> until(List<Operation> all, long instant) {
    return all.stream()
        .filter(op -> op.invoked() < instant)
        .map(op -> op.returned() < instant ? op : op.unknownUntil(instant))
        .toList();
  }

  /** What copies have answered is of another time: {@link Freshness} tells whether it may be. */
  private List<Operation> lasting(List<Operation> history) {
    return history.stream()
        .filter(op -> !(copies && op.kind().reads()))
        .map(op -> op.known() ? op : op.lastingUntil(op.returned() + LATEST))
        .toList();
  }

  private static Set<@Nullable Long> absent() {
    return new HashSet<>(Collections.singleton(null));
  }
}
