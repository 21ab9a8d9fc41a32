package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The harness finds what is wrong and nothing else, seen on caches that need no server. */
@Timeout(120)
class HarnessIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final IntFunction<String> LOCAL = node -> "nearside:default";

  private static Work history() {
    return Work.parse("threads=4 millis=2000 most=5000 keys=3 prefix=k")
        .with("seed", Seeds.seed("harness") & Integer.MAX_VALUE);
  }

  @Test
  void aLocalCacheInOneJvmIsLinearizable() throws Exception {
    try (Nodes nodes = Nodes.start(1, LOCAL, Map.of())) {
      Work result = nodes.run(Scenario.HISTORY, history(), PATIENCE).get(0);
      assertThat(result.number("failed")).isZero();
      Map<String, List<Operation>> histories = nodes.histories();
      assertThat(histories).hasSize(3);
      histories.forEach((key, history) -> {
        assertThat(history).hasSizeGreaterThan(1_000);
        assertThat(Linearizability.check(history).complaint()).isEmpty();
      });
    }
  }

  @Test
  void twoCachesThatKnowNothingOfEachOtherAreFoundOut() throws Exception {
    try (Nodes nodes = Nodes.start(2, LOCAL, Map.of())) {
      nodes.run(Scenario.HISTORY, history(), PATIENCE);
      nodes
          .histories()
          .forEach((key, history) ->
              assertThat(Linearizability.check(history).complaint())
                  .startsWith("no order explains"));
    }
  }

  @Test
  void incrementsAreCounted() throws Exception {
    try (Nodes nodes = Nodes.start(1, LOCAL, Map.of())) {
      nodes.run(Scenario.INCREMENT, Work.parse("threads=4 count=500 keys=2"), PATIENCE);
      assertThat(nodes.ask(0, Scenario.READ, Work.parse("key=n0"), PATIENCE).number("value"))
          .isEqualTo(1_000);
    }
  }

  /** Histories of several JVMs can be merged only if their clocks are one. */
  @Test
  void allJvmsReadOneMonotonicClock() throws Exception {
    try (Nodes nodes = Nodes.start(2, LOCAL, Map.of())) {
      for (int i = 0; i < 20; i++) {
        long before = System.nanoTime();
        long there = nodes.ask(i % 2, Scenario.TIME, Work.parse(""), PATIENCE).number("nanos");
        assertThat(there).isBetween(before, System.nanoTime());
      }
    }
  }
}
