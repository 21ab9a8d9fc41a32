package io.nearside.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/** One line of the report: a value made from the measurements of one round, and its limit. */
sealed interface Line {
  /** The name under which later reports find it again. */
  String id();

  /** What is compared, for people. */
  String description();

  Limit limit();

  /** The cases that must have been measured. */
  List<Case> cases();

  /** The value of the line; every one of the {@link #cases} is in the round. */
  double value(Round round);

  /** The cost of a case over the cost of the cheapest of others. */
  record Ratio(String id, String description, Case measured, List<Case> others, Limit limit)
      implements Line {
    @Override
    public List<Case> cases() {
      return Stream.concat(Stream.of(measured), others.stream()).toList();
    }

    @Override
    public double value(Round round) {
      double best =
          others.stream().mapToDouble(other -> round.of(other).cost()).min().orElseThrow();
      return round.of(measured).cost() / best;
    }
  }

  /** The throughput of several callers over the throughput of one. */
  record Scaling(String id, String description, Case one, Case several, Limit limit)
      implements Line {
    @Override
    public List<Case> cases() {
      return List.of(one, several);
    }

    @Override
    public double value(Round round) {
      return round.of(several).operationsPerSecond() / round.of(one).operationsPerSecond();
    }
  }

  /** How much better or worse a case scales with its callers than another one does. */
  record RelativeScaling(String id, String description, Pair measured, Pair other, Limit limit)
      implements Line {

    /** The same with one caller and with several. */
    record Pair(Case one, Case several) {
      private double scaling(Round round) {
        return round.of(several).operationsPerSecond() / round.of(one).operationsPerSecond();
      }
    }

    @Override
    public List<Case> cases() {
      return List.of(measured.one(), other.one(), measured.several(), other.several());
    }

    @Override
    public double value(Round round) {
      return measured.scaling(round) / other.scaling(round);
    }
  }

  /** The bytes that one operation allocates. */
  record Allocation(String id, String description, Case measured, Limit limit) implements Line {
    @Override
    public List<Case> cases() {
      return List.of(measured);
    }

    @Override
    public double value(Round round) {
      return Math.abs(round.of(measured).allocatedBytes());
    }
  }

  /** What a case costs more than another. */
  record Difference(String id, String description, Case measured, Case other, Limit limit)
      implements Line {
    @Override
    public List<Case> cases() {
      return List.of(measured, other);
    }

    @Override
    public double value(Round round) {
      return round.of(measured).cost() - round.of(other).cost();
    }
  }
}
