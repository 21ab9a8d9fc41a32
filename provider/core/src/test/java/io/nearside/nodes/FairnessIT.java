package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When many JVMs want one key, none is left behind. */
@Timeout(180)
class FairnessIT {
  private static final int NODES = 8;
  private static final int MOST_UNFAIR = 5;
  private static final long MILLIS = Nodes.STRESS ? 60_000 : 6_000;

  @Test
  void theSlowestCallerIsAtMostFiveTimesSlowerThanTheMedian() throws Exception {
    try (RedisServer server = RedisServer.start();
        Nodes nodes =
            Nodes.remote(NODES, server.address(), Map.of("nearside.remote.timeout", "10s"))) {
      nodes.run(Scenario.CONTEND, Work.parse("millis=1000"), Duration.ofSeconds(60)); // warm up
      List<Work> results =
          nodes.run(
              Scenario.CONTEND, Work.parse("").with("millis", MILLIS), Nodes.patience(MILLIS));
      nodes.report("8 JVMs, one key", results);
      assertThat(results).allSatisfy(result -> assertThat(result.number("count")).isPositive());
      long[] slowest = results.stream().mapToLong(r -> r.number("p99")).sorted().toArray();
      long median = (slowest[NODES / 2 - 1] + slowest[NODES / 2]) / 2;
      assertThat(slowest[NODES - 1])
          .as("slowest p99 in us, median %d", median)
          .isLessThanOrEqualTo(MOST_UNFAIR * median);
    }
  }
}
