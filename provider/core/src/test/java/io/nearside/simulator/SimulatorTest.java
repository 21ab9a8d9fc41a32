package io.nearside.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.store.Seeds;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The promise: a fresh answer was true at some instant of the bound before the question, nobody
 * misses what his own node wrote, and what is written through leaves nothing in the cache that the
 * source does not have. Failures name the seed: run {@link Simulator#main} with {@code 40000 SEED},
 * and {@code -Dsimulator.trace=true} to see what happened.
 */
@Tag("any-jdk")
class SimulatorTest {
  private static final long STEPS = 4_000_000;
  private static final long OFTEN = 1_000;
  private static final int MOST_REPEATS = 3;

  /** Of writing through, of what the source does not have, and of what lives on. */
  private static final Set<String> SEEN_OFTEN =
      Set.of(
          "marked change",
          "load refused by a mark",
          "source told",
          "source checked",
          "blank",
          "answer blank",
          "revived");

  /** Enough for each of the mutants. */
  private static final long STEPS_OF_MUTANT = 40_000_000;

  @Test
  void theProtocolKeepsItsPromise() {
    Simulator simulator = new Simulator();
    long seed = Seeds.seed("SimulatorTest") & 0xFFFFFFFFFFL;
    simulator.run(seed, STEPS, null);
    for (int more = 1; more <= MOST_REPEATS && !hasSeenAllOften(simulator); more++) {
      simulator.run(seed + more * STEPS, STEPS, null); // what befalls a world is chance
    }
    System.out.println(simulator.report());
    assertThat(simulator.counts())
        .containsKeys(
            Arrays.stream(Fault.values())
                .filter(fault -> fault != Fault.LATE_WRITE)
                .map(fault -> "fault " + fault)
                .toArray(String[]::new))
        .containsKeys("late write executed", "message duplicated", "arrival out of order", "moved")
        .containsKeys("silent change", "cooled", "cooling forgotten")
        .containsKeys(SEEN_OFTEN.toArray(String[]::new))
        .containsKeys(
            "mark lost",
            "mark of several",
            "mark released",
            "writer died",
            "source told after the mark",
            "life given back",
            "lock evicted")
        .containsKeys("blank taken over", "fill over a blank", "not revived");
    simulator
        .counts()
        .forEach((event, count) -> {
          if (isToBeSeenOften(event)) {
            assertThat(count[0]).as(event).isGreaterThan(OFTEN);
          }
        });
    assertThat(simulator.counts().get("answer from copy")[0]).isGreaterThan(20 * OFTEN);
    assertThat(simulator.counts().get("fill checked")[0]).isGreaterThan(OFTEN);
  }

  private static boolean isToBeSeenOften(String event) {
    return event.startsWith("fault ")
        || event.equals("late write executed")
        || SEEN_OFTEN.contains(event);
  }

  private static boolean hasSeenAllOften(Simulator simulator) {
    return simulator.counts().entrySet().stream()
        .allMatch(event -> !isToBeSeenOften(event.getKey()) || event.getValue()[0] > OFTEN);
  }

  @ParameterizedTest
  @EnumSource
  void withoutARuleThePromiseIsBroken(Mutant mutant) {
    assertThatThrownBy(() -> new Simulator().run(firstSeed(mutant), STEPS_OF_MUTANT, mutant))
        .isInstanceOf(AssertionError.class)
        .cause()
        .message()
        .matches(
            "(?s)(too old|own write not read|loaded before a change|not what the source has).*");
  }

  /** What is rarely caught begins not long before the first seed, counted from 1, that does. */
  private static long firstSeed(Mutant mutant) {
    return switch (mutant) {
      case HEARING_N -> 520;
      case OWNERSHIP_IGNORED -> 595;
      case CHANNEL_NAMED_BY_CALLER -> 255;
      case LOOKUP_BEFORE_PROOF -> 750;
      case ORDER_INSTEAD_OF_EQUALITY -> 735;
      case SILENT_HEADS -> 80;
      case MARKED_KEYS_ARE_CONFIRMED -> 1915;
      case SILENT_FILLS_OVER_BLANKS -> 110;
      default -> 1;
    };
  }
}
