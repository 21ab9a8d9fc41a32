package io.nearside.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.nodes.Linearizability.Verdict;
import io.nearside.store.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The checker accepts what is possible and nothing else. */
class LinearizabilityCheckerTest {
  private int threads;

  private Operation op(Kind kind, @Nullable Long argument, @Nullable Long result, long... times) {
    return new Operation(
        "t" + threads++, kind, "k", argument, null, result, true, times[0], times[1]);
  }

  private Operation put(long value, long from, long to) {
    return op(Kind.PUT, value, null, from, to);
  }

  private Operation get(@Nullable Long value, long from, long to) {
    return op(Kind.GET, null, value, from, to);
  }

  private Operation unknown(Operation op) {
    return new Operation(
        op.thread(),
        op.kind(),
        op.key(),
        op.argument(),
        op.expected(),
        null,
        false,
        op.invoked(),
        op.returned());
  }

  private Operation comparing(Kind kind, long expected, @Nullable Long to, long result, long at) {
    return new Operation("t" + threads++, kind, "k", to, expected, result, true, at, at + 1);
  }

  private static void possible(Operation... history) {
    assertThat(Linearizability.check(List.of(history)).complaint()).isEmpty();
  }

  private static void impossible(Operation... history) {
    assertThat(Linearizability.check(List.of(history)).complaint()).startsWith("no order explains");
  }

  @Test
  void readsFollowWritesInTurn() {
    possible(get(null, 0, 1), put(1, 2, 3), get(1L, 4, 5), put(2, 6, 7), get(2L, 8, 9));
  }

  @Test
  void anOldValueAfterALaterWriteIsImpossible() {
    impossible(put(1, 0, 1), put(2, 2, 3), get(1L, 4, 5));
  }

  @Test
  void overlappingWritesMayComeInEitherOrder() {
    possible(put(1, 0, 10), put(2, 0, 10), get(1L, 11, 12));
    possible(put(1, 0, 10), put(2, 0, 10), get(2L, 11, 12));
  }

  @Test
  void twoReadersMustAgreeOnTheOrder() {
    impossible(put(1, 0, 10), put(2, 0, 10), get(1L, 11, 12), get(2L, 13, 14));
    impossible(put(1, 0, 10), put(2, 0, 20), get(2L, 11, 12), get(1L, 13, 14));
  }

  @Test
  void aReadMayRunAheadOfAWriteThatIsStillRunningButNotBack() {
    possible(put(1, 0, 20), get(1L, 5, 6), get(1L, 7, 8));
    impossible(put(1, 0, 20), get(1L, 5, 6), get(null, 7, 8));
  }

  @Test
  void aValueNobodyWroteIsImpossible() {
    impossible(put(1, 0, 1), get(7L, 2, 3));
  }

  @Test
  void aLostWriteIsImpossible() {
    impossible(put(1, 0, 1), get(null, 2, 3));
  }

  @Test
  void twoWinnersOfPutIfAbsentAreImpossible() {
    impossible(
        op(Kind.PUT_IF_ABSENT, 1L, Kind.YES, 0, 10), op(Kind.PUT_IF_ABSENT, 2L, Kind.YES, 0, 10));
  }

  @Test
  void twoReplacementsOfOneValueAreImpossible() {
    impossible(
        put(1, 0, 1),
        comparing(Kind.REPLACE_IF, 1, 2L, Kind.YES, 5),
        comparing(Kind.REPLACE_IF, 1, 3L, Kind.YES, 5));
    possible(
        put(1, 0, 1),
        comparing(Kind.REPLACE_IF, 1, 2L, Kind.YES, 5),
        comparing(Kind.REPLACE_IF, 1, 3L, Kind.NO, 5));
  }

  @Test
  void twoProcessorsThatSawOneValueAreImpossible() {
    impossible(put(1, 0, 1), op(Kind.INVOKE, 2L, 1L, 2, 9), op(Kind.INVOKE, 3L, 1L, 2, 9));
    possible(put(1, 0, 1), op(Kind.INVOKE, 2L, 1L, 2, 9), op(Kind.INVOKE, 3L, 2L, 2, 9));
  }

  @Test
  void aClearedValueThatComesBackIsImpossible() {
    impossible(put(1, 0, 1), op(Kind.CLEAR, null, null, 2, 3), get(1L, 4, 5));
  }

  @Test
  void aCallOfUnknownOutcomeMayHaveHappenedOrNot() {
    possible(put(1, 0, 1), unknown(put(2, 2, 10)), get(1L, 11, 12));
    possible(put(1, 0, 1), unknown(put(2, 2, 10)), get(2L, 11, 12));
    possible(put(1, 0, 1), unknown(put(2, 2, 10)), get(2L, 3, 12), get(2L, 13, 14));
    impossible(put(1, 0, 1), unknown(put(2, 2, 10)), get(2L, 3, 4), get(1L, 5, 6));
  }

  @Test
  void aCallOfUnknownOutcomeMayNotLandLate() {
    impossible(put(1, 0, 1), unknown(put(2, 2, 10)), get(1L, 11, 12), get(2L, 13, 14));
  }

  @Test
  void aLossIsAllowedWhereItMayHaveBeenAndIsForGood() {
    possible(put(1, 0, 1), Operation.loss("k", 2, 5), get(null, 3, 8), get(null, 9, 10));
    possible(put(1, 0, 1), Operation.loss("k", 2, 5), get(1L, 8, 9));
    impossible(put(1, 0, 1), Operation.loss("k", 2, 5), get(null, 6, 7), get(1L, 8, 9));
    impossible(put(1, 0, 1), Operation.loss("k", 2, 5), get(1L, 6, 7), get(null, 8, 9));
  }

  @Test
  void whereValuesAreEvictedAMissIsAllowedButNoReturn() {
    Set<@Nullable Long> absent = new HashSet<>();
    absent.add(null);
    List<Operation> missed = List.of(put(1, 0, 1), get(1L, 2, 3), get(null, 4, 5));
    assertThat(Linearizability.check(missed, absent, true).linearizable()).isTrue();
    List<Operation> back = List.of(put(1, 0, 1), get(null, 2, 3), get(1L, 4, 5));
    assertThat(Linearizability.check(back, absent, true).linearizable()).isFalse();
  }

  @Test
  void theStatesAtTheEndAreTold() {
    Verdict verdict = Linearizability.check(List.of(put(1, 0, 1), unknown(put(2, 2, 3))));
    assertThat(verdict.states()).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void aLongHistoryWithManyUnknownCallsIsCheckedInTime() {
    RandomGenerator random = Seeds.random(Seeds.seed("long history"));
    List<Operation> history = new ArrayList<>();
    Long state = null;
    for (int i = 0; i < 20_000; i++) {
      Operation op = put(i, i * 10L, i * 10L + 40);
      boolean happens = random.nextBoolean();
      history.add(random.nextInt(4) == 0 ? unknown(op) : op.lastingUntil(i * 10L + 9));
      state = history.get(i).known() || happens ? Long.valueOf(i) : state;
      history.add(get(state, i * 10L + 9, i * 10L + 9));
    }
    assertThat(Linearizability.check(history).complaint()).isEmpty();
  }

  /** Small random histories, right and wrong ones, against every order there is. */
  @Test
  void agreesWithTryingEveryOrder() {
    RandomGenerator random = Seeds.random(Seeds.seed("every order"));
    int right = 0;
    int rounds = 20_000;
    for (int i = 0; i < rounds; i++) {
      List<Operation> history = randomHistory(random);
      boolean expected = anyOrder(history, new boolean[history.size()], null);
      assertThat(Linearizability.check(history).linearizable())
          .as("%s", history)
          .isEqualTo(expected);
      right += expected ? 1 : 0;
    }
    assertThat(right).isBetween(rounds / 20, rounds * 19 / 20);
  }

  private Operation randomOperation(RandomGenerator random) {
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    long from = random.nextInt(12);
    Operation op =
        new Operation(
            "t" + threads++,
            kind,
            "k",
            random.nextLong(1, 5),
            random.nextLong(1, 5),
            null,
            random.nextInt(4) > 0,
            from,
            from + random.nextInt(8));
    Long state = random.nextInt(3) == 0 ? null : Long.valueOf(random.nextLong(1, 5));
    return new Operation(
        op.thread(),
        kind,
        "k",
        op.argument(),
        op.expected(),
        op.known() ? kind.result(state, op) : null,
        op.known(),
        op.invoked(),
        op.returned());
  }

  private List<Operation> randomHistory(RandomGenerator random) {
    List<Operation> history = new ArrayList<>();
    int size = random.nextInt(1, 6);
    for (int i = 0; i < size; i++) {
      history.add(randomOperation(random));
    }
    return history;
  }

  private static boolean anyOrder(List<Operation> ops, boolean[] used, @Nullable Long state) {
    boolean rest = false;
    for (int i = 0; i < ops.size(); i++) {
      Operation op = ops.get(i);
      if (!used[i] && mayBeNext(ops, used, i)) {
        used[i] = true;
        boolean told = !op.known() || Objects.equals(op.kind().result(state, op), op.result());
        boolean found = told && anyOrder(ops, used, op.kind().next(state, op));
        found = found || !op.known() && anyOrder(ops, used, state);
        used[i] = false;
        if (found) {
          return true;
        }
      }
      rest |= !used[i];
    }
    return !rest;
  }

  /** Nothing that is still to come ended before it began. */
  private static boolean mayBeNext(List<Operation> ops, boolean[] used, int index) {
    for (int i = 0; i < ops.size(); i++) {
      if (!used[i] && i != index && ops.get(i).returned() < ops.get(index).invoked()) {
        return false;
      }
    }
    return true;
  }
}
