package io.nearside.simulator;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Many runs, one after another; a seed replays its run. */
public final class Simulator {
  private static final long STEPS = 40_000;

  private final Map<String, long[]> counts = new TreeMap<>();

  /** Runs so many steps, from the first seed on; throws what broke the promise. */
  void run(long seed, long steps, @Nullable Mutant mutant) {
    for (long done = 0; done < steps; done += STEPS) {
      new World(seed++, STEPS, mutant, counts).run();
    }
  }

  Map<String, long[]> counts() {
    return counts;
  }

  String report() {
    StringBuilder text = new StringBuilder();
    counts.forEach((event, count) -> text.append(String.format("%n%10d %s", count[0], event)));
    return text.toString();
  }

  /** Arguments: steps, seed, mutant; all may be left out. */
  public static void main(String... arguments) {
    long steps = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000;
    long seed =
        arguments.length > 1
            ? Long.parseLong(arguments[1])
            : ThreadLocalRandom.current().nextLong(1L << 40);
    Mutant mutant = arguments.length > 2 ? Mutant.valueOf(arguments[2]) : null;
    System.out.println("seed " + seed);
    Simulator simulator = new Simulator();
    try {
      simulator.run(seed, steps, mutant);
    } finally {
      System.out.println(simulator.report());
    }
  }
}
