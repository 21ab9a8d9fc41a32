package io.nearside.samples.quickstart;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** What a caller may do, and how often it does, in parts per 10,000. */
enum Operation {
  READ(9_778),
  UPDATE(150),
  SELL(30),
  READ_UNKNOWN(20),
  QUERY_DATABASE(20),
  REMOVE(2);

  private static final int ALL = 10_000;
  private static final Operation[] BY_DICE = byDice();

  private final int share;

  Operation(int share) {
    this.share = share;
  }

  static Operation random(RandomGenerator random) {
    return BY_DICE[random.nextInt(ALL)];
  }

  private static Operation[] byDice() {
    Operation[] table = new Operation[ALL];
    int next = 0;
    for (Operation operation : values()) {
      Arrays.fill(table, next, next + operation.share, operation);
      next += operation.share;
    }
    if (next != ALL) {
      throw new IllegalStateException("the shares of all operations add up to " + next);
    }
    return table;
  }
}
