package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.nodes.KeyHistory.Losing;
import io.nearside.nodes.Load.Window;
import io.nearside.store.Seeds;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Reads and writes of several JVMs while something happens, and how old the answers were. */
final class Freshness {
  /** How long calls are watched before the first fault, and once copies answer again. */
  private static final Duration BEFORE = Duration.ofMillis(2_000);

  private static final Duration AFTER = Duration.ofMillis(1_500);
  private static final int FEWEST = 50;

  /** What copies are to answer of hot keys, and how long after the bound they do so again. */
  private static final double LEAST_SHARE = 0.9;

  private static final Duration REGAINING = Duration.ofSeconds(1);

  private static final int KEYS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** No run is longer, whatever happens. */
  private static final long MOST_MILLIS = 120_000;

  private static final Work WORK =
      Work.parse("readers=2 reads=400 writes=40 lag=0 lagging=-1").with("keys", KEYS);

  /** Loading and compiling classes takes longer than calls may. */
  private static final Work WARM_UP =
      WORK.with("prefix", "w").with("seed", 1).with("millis", MOST_MILLIS);

  /**
   * What to run.
   *
   * @param losing what the faults do to what is stored
   * @param bound how old answers may be
   * @param work what nodes are told beside
   */
  record Plan(String name, Losing losing, Duration bound, Work work) {
    static Plan of(String name, Nodes nodes) {
      return new Plan(name, Losing.NOTHING, nodes.bound(), WORK);
    }

    Plan losing(Losing what) {
      return new Plan(name, what, bound, work);
    }

    Plan bound(Duration other) {
      return new Plan(name, losing, other, work);
    }

    /** One node keeps what it reads for so long, whatever happens. */
    Plan lagging(int node, Duration time) {
      Work lagging = work.with("lagging", node).with("lag", time.toMillis());
      return new Plan(name, losing, bound, lagging);
    }
  }

  private final Ages ages;
  private final List<Work> results;
  private final List<Window> windows;

  /** How long after the last fault copies are to answer again. */
  private final Duration regaining;

  private Freshness(Ages ages, List<Work> results, List<Window> windows, Duration regaining) {
    this.ages = ages;
    this.results = results;
    this.windows = windows;
    this.regaining = regaining;
  }

  /** Runs calls, lets faults happen in the middle of it, and prints how old answers were. */
  static Freshness run(Nodes nodes, Plan plan, Load.Faults faults) throws Exception {
    requireOneClock(nodes);
    nodes.begin(Scenario.AGES, WARM_UP);
    stopWhenGoing(nodes);
    nodes.begin(
        Scenario.AGES,
        plan.work()
            .with("prefix", "k" + System.nanoTime() + ".") // values start anew in each run
            .with("millis", MOST_MILLIS)
            .with("seed", Seeds.seed(plan.name()) & Integer.MAX_VALUE));
    nodes.awaitFiles(AgesRecorder.GOING, PATIENCE);
    Load.last(BEFORE);
    List<Window> windows = List.copyOf(faults.happen());
    Duration regaining = nodes.bound().plus(REGAINING);
    Load.last(regaining.plus(AFTER));
    nodes.stopSoon();
    List<Work> results = nodes.end(PATIENCE);
    Freshness run = new Freshness(judge(nodes, plan, windows), results, windows, regaining);
    System.out.println(run.line(plan.name()));
    return run;
  }

  private static void stopWhenGoing(Nodes nodes) throws Exception {
    nodes.awaitFiles(AgesRecorder.GOING, PATIENCE);
    nodes.stopSoon();
    nodes.end(PATIENCE);
  }

  /** Times of several JVMs can be compared only if they are of one clock. */
  private static void requireOneClock(Nodes nodes) throws InterruptedException {
    for (int i = 0; i < nodes.count(); i++) {
      long before = System.nanoTime();
      long there = nodes.ask(i, Scenario.TIME, Work.parse(""), PATIENCE).number("nanos");
      assertThat(there).isBetween(before, System.nanoTime());
    }
  }

  private static Ages judge(Nodes nodes, Plan plan, List<Window> windows) throws IOException {
    KeyHistory.Lateness lateness =
        new KeyHistory.Lateness(Duration.ofNanos(Load.LATEST), nodes.bound());
    return Ages.of(
        nodes.lines(AgesRecorder.WRITES, Writing::parse),
        nodes.lines(AgesRecorder.READS, Reading::parse),
        windows,
        new Ages.Rules(plan.bound(), plan.losing(), lateness));
  }

  private String line(String name) {
    long from = windows.stream().mapToLong(Window::from).min().orElse(0);
    long to = windows.stream().mapToLong(Window::to).max().orElse(0);
    return String.format(
        Locale.ROOT,
        "%s, %d faults in %d ms: %s, later %s; longest call %d ms, %d ms but for what the machine explains,"
            + " longest hiccup %d ms",
        name,
        windows.size(),
        Duration.ofNanos(to - from).toMillis(),
        ages.line(),
        LocalHits.percent(ages.localHits().shareFrom(regaining)),
        most("longest"),
        most("blocked"),
        most("hiccup"));
  }

  private long most(String name) {
    return results.stream().mapToLong(result -> result.number(name)).max().orElse(0);
  }

  Ages ages() {
    return ages;
  }

  /** Reads and each node's writes went well before the first fault and after the last one. */
  Freshness wentWellBeforeAndAfter() {
    long first = windows.stream().mapToLong(Window::from).min().orElse(Long.MAX_VALUE);
    long last = windows.stream().mapToLong(Window::to).max().orElse(Long.MIN_VALUE);
    assertThat(ages.keysRead()).isEqualTo(results.size() * KEYS);
    wentWell("before", Long.MIN_VALUE, first);
    wentWell("afterwards", last, Long.MAX_VALUE);
    return this;
  }

  private void wentWell(String when, long from, long to) {
    assertThat(ages.answered(from, to)).as("reads %s", when).isGreaterThan(FEWEST);
    assertThat(ages.writersAcknowledged(from, to))
        .as("nodes that wrote %s", when)
        .isEqualTo(results.size());
  }

  /** Before the first fault, and again in time after the last; of nodes that have copies. */
  Freshness wasServedByCopies() {
    assertServed("before", ages.localHits().share());
    assertServed("afterwards", ages.localHits().shareFrom(regaining));
    return this;
  }

  private void assertServed(String when, OptionalDouble share) {
    assertThat(share.orElse(0))
        .as("hits in copies of hot keys %s", when)
        .isGreaterThan(LEAST_SHARE);
  }

  /** Calls failed, so the fault was felt. */
  Freshness wasFelt() {
    assertThat(ages.failed()).isPositive();
    return this;
  }

  /** Nothing FRESH was older than the bound, and nothing at all was without a fault. */
  Freshness keptItsPromise() {
    assertThat(ages.complaints()).isEmpty();
    return this;
  }

  /**
   * No call waited for a second time-out. On a busy machine each of the threads that a call needs
   * may be kept waiting for as long as the one that measures it.
   */
  Freshness blockedNobody() {
    assertThat(results)
        .allSatisfy(result -> {
          long most = Nodes.TIMEOUT.toMillis() + Load.OVER_TIMEOUT_MILLIS;
          assertThat(result.number("blocked"))
              .as("longest call but for what the machine explains, %s", result)
              .isLessThanOrEqualTo(most + result.number("hiccup"));
        });
    return this;
  }
}
