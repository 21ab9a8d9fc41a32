package io.nearside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.benchmarks.Case.Operation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LineResultTest {
  private static final Case OURS = Case.of(JCacheImplementation.NEARSIDE, Operation.GET);
  private static final Case RAW = Case.of(CaffeineVariant.CREATION_EXPIRY, Operation.GET);
  private static final Case PEER = Case.of(JCacheImplementation.CACHE2K_JCACHE, Operation.GET);
  private static final Line RATIO =
      new Line.Ratio("ratio", "ours / best", OURS, List.of(RAW, PEER), Limit.atMost(1.15));

  @Test
  void ratioIsToTheCheapestOfTheOthers() {
    assertThat(RATIO.value(round(60, 50, 40))).isEqualTo(1.5);
  }

  @Test
  void lineIsTheMedianOfRatiosWithinRounds() {
    LineResult result =
        LineResult.of(RATIO, List.of(round(60, 50, 60), round(440, 400, 500), round(100, 50, 50)));

    assertThat(result.value()).isEqualTo(1.2);
    assertThat(result.lowest()).isEqualTo(1.1);
    assertThat(result.highest()).isEqualTo(2);
    assertThat(result.verdict()).isEqualTo(Limit.Verdict.WITHIN_NOISE);
  }

  @Test
  void medianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    assertThat(LineResult.median(new double[] {4, 1, 3, 2})).isEqualTo(2.5);
  }

  @Test
  void roundsThatLackACaseDoNotCount() {
    Round incomplete = new Round(Map.of(OURS, cost(1), RAW, cost(50)));

    assertThat(LineResult.of(RATIO, List.of(incomplete, round(55, 50, 60))).value()).isEqualTo(1.1);
    assertThat(LineResult.of(RATIO, List.of(incomplete)).value()).isNull();
    assertThat(LineResult.of(RATIO, List.of(incomplete)).verdict()).isEqualTo(Limit.Verdict.MISSED);
  }

  @Test
  void scalingComparesThroughputs() {
    Line scaling = new Line.Scaling("s", "two / one", OURS, OURS.callers(2), Limit.atLeast(1.8));
    Map<Case, Measurement> round =
        Map.of(
            OURS,
            Measurement.ofThroughput(10e6, 0),
            OURS.callers(2),
            Measurement.ofThroughput(19e6, 0));

    assertThat(scaling.value(new Round(round))).isEqualTo(1.9);
  }

  @Test
  void relativeScalingComparesHowTwoThingsScale() {
    Line relative =
        new Line.RelativeScaling(
            "s",
            "ours / raw",
            new Line.RelativeScaling.Pair(OURS, OURS.callers(2)),
            new Line.RelativeScaling.Pair(RAW, RAW.callers(2)),
            Limit.atLeast(0.9));
    Map<Case, Measurement> round =
        Map.of(
            OURS,
            Measurement.ofThroughput(10e6, 0),
            OURS.callers(2),
            Measurement.ofThroughput(15e6, 0),
            RAW,
            Measurement.ofThroughput(20e6, 0),
            RAW.callers(2),
            Measurement.ofThroughput(40e6, 0));

    assertThat(relative.value(new Round(round))).isEqualTo(0.75);
    assertThat(relative.cases()).containsExactlyInAnyOrderElementsOf(round.keySet());
  }

  @Test
  void allocationIsThatOfOneOperationWhateverItsSign() {
    Line allocation = new Line.Allocation("a", "bytes", OURS, Limit.atMost(0.5));

    assertThat(allocation.value(allocating(-0.01))).isEqualTo(0.01);
    assertThat(allocation.value(allocating(24))).isEqualTo(24);
  }

  @Test
  void heapIsADifference() {
    Line heap = new Line.Difference("h", "ours - raw", OURS, RAW, Limit.atMost(48));

    assertThat(heap.value(round(136, 112, 0))).isEqualTo(24);
  }

  private static Round round(double ours, double raw, double peer) {
    return new Round(Map.of(OURS, cost(ours), RAW, cost(raw), PEER, cost(peer)));
  }

  private static Round allocating(double bytes) {
    return new Round(Map.of(OURS, new Measurement(50, bytes)));
  }

  private static Measurement cost(double nanos) {
    return new Measurement(nanos, 0);
  }
}
