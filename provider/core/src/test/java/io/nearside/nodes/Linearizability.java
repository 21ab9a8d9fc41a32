package io.nearside.nodes;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the history of one key could have come from calls that each took effect at one
 * instant between their start and their end (Herlihy and Wing 1990). It keeps the set of all
 * configurations that are possible so far, and lets pending calls take effect only when the end of
 * some call needs it (Lowe 2017), so its cost grows with how many calls overlap, not with the
 * history's length.
 */
final class Linearizability {
  private static final int MAXIMUM_CONFIGURATIONS = 400_000;

  /**
   * What came out.
   *
   * @param states the values that the key may have at the end; empty if and only if it failed
   * @param complaint what is impossible, or the empty text
   */
  record Verdict(Set<@Nullable Long> states, String complaint) {
    boolean linearizable() {
      return complaint.isEmpty();
    }
  }

  /** The history is not wrong, nor right: there are more orders than this can look through. */
  static final class NoVerdict extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NoVerdict(String message) {
      super(message);
    }
  }

  /** A possible value, and which of the pending calls have taken effect. */
  private record Configuration(@Nullable Long state, long done) {}

  private record Event(long at, boolean end, Operation op) {}

  private final @Nullable Operation[] pending = new @Nullable Operation[Long.SIZE];
  private final Map<Operation, Integer> slots = new HashMap<>();
  private final boolean lossy;
  private final Deque<Operation> recent = new ArrayDeque<>();
  private Set<Configuration> configurations = new HashSet<>();

  private Linearizability(boolean lossy) {
    this.lossy = lossy;
  }

  /** Checks a history that starts without a value. */
  static Verdict check(List<Operation> history) {
    Set<@Nullable Long> absent = new HashSet<>();
    absent.add(null);
    return check(history, absent, false);
  }

  /**
   * Checks a history of one key.
   *
   * @param initial the values that the key may have had before
   * @param lossy whether the value may get lost at any time, as by eviction
   */
  static Verdict check(List<Operation> history, Set<@Nullable Long> initial, boolean lossy) {
    Linearizability checker = new Linearizability(lossy);
    initial.forEach(state -> checker.configurations.add(new Configuration(state, 0)));
    for (Event event : events(history)) {
      if (!event.end()) {
        checker.begin(event.op());
      } else if (!checker.end(event.op())) {
        return new Verdict(Set.of(), checker.complaint(event.op()));
      }
    }
    Set<@Nullable Long> states = new HashSet<>();
    checker.configurations.forEach(c -> states.add(c.state()));
    return new Verdict(states, "");
  }

  private static List<Event> events(List<Operation> history) {
    List<Event> events = new ArrayList<>();
    for (Operation op : history) {
      if (op.known() || !op.kind().reads()) {
        events.add(new Event(op.invoked(), false, op));
        events.add(new Event(op.returned(), true, op));
      }
    }
    // Of one instant, starts come first: then the calls overlap, which allows more.
    events.sort(Comparator.comparingLong(Event::at).thenComparing(Event::end));
    return events;
  }

  private void begin(Operation op) {
    int slot = 0;
    while (slot < pending.length && pending[slot] != null) {
      slot++;
    }
    if (slot == pending.length) {
      throw new NoVerdict("more than " + slot + " calls of one key overlap");
    }
    pending[slot] = op;
    slots.put(op, slot);
  }

  /** Keeps the configurations in which the call has taken effect, if it must have. */
  private boolean end(Operation op) {
    int slot = Objects.requireNonNull(slots.remove(op));
    long bit = 1L << slot;
    Set<Configuration> next = new HashSet<>();
    for (Configuration reached : reach(bit)) {
      next.add(new Configuration(reached.state(), reached.done() & ~bit));
    }
    if (!op.known()) { // or it never happened
      configurations.stream().filter(c -> (c.done() & bit) == 0).forEach(next::add);
    }
    pending[slot] = null;
    if (next.isEmpty()) {
      slots.put(op, slot);
      return false;
    }
    remember(op);
    configurations = prune(next);
    return true;
  }

  /** All configurations in which the call of this bit has taken effect, the last of them. */
  private Set<Configuration> reach(long bit) {
    Set<Configuration> seen = new HashSet<>(configurations);
    Deque<Configuration> open = new ArrayDeque<>(configurations);
    Set<Configuration> reached = new HashSet<>();
    while (!open.isEmpty()) {
      Configuration from = open.remove();
      if ((from.done() & bit) != 0) {
        reached.add(from);
      } else {
        for (Configuration to : steps(from)) {
          if (seen.add(to)) {
            open.add(to);
          }
        }
      }
      if (seen.size() > MAXIMUM_CONFIGURATIONS) {
        throw new NoVerdict("too many calls of one key overlap: " + slots.keySet());
      }
    }
    return reached;
  }

  private List<Configuration> steps(Configuration from) {
    List<Configuration> steps = new ArrayList<>();
    for (int slot = 0; slot < pending.length; slot++) {
      Operation op = pending[slot];
      if (op != null && (from.done() & 1L << slot) == 0) {
        take(from.state(), op, from.done() | 1L << slot, steps);
      }
    }
    if (lossy && from.state() != null) {
      steps.add(new Configuration(null, from.done()));
    }
    return steps;
  }

  private static void take(
      @Nullable Long state, Operation op, long done, List<Configuration> steps) {
    if (!op.known() || Objects.equals(op.kind().result(state, op), op.result())) {
      steps.add(new Configuration(op.kind().next(state, op), done));
    }
  }

  /** Drops what another covers: a call that may still happen allows all that one done allows. */
  private Set<Configuration> prune(Set<Configuration> all) {
    long optional = 0;
    for (int slot = 0; slot < pending.length; slot++) {
      Operation op = pending[slot];
      optional |= op != null && !op.known() ? 1L << slot : 0;
    }
    if (optional == 0) {
      return all;
    }
    Map<Configuration, List<Configuration>> groups = new HashMap<>();
    long mandatory = ~optional;
    for (Configuration c : all) {
      groups
          .computeIfAbsent(
              new Configuration(c.state(), c.done() & mandatory), group -> new ArrayList<>())
          .add(c);
    }
    Set<Configuration> kept = new HashSet<>();
    groups.values().forEach(group -> kept.addAll(least(group)));
    return kept;
  }

  private static List<Configuration> least(List<Configuration> group) {
    group.sort(Comparator.comparingInt(c -> Long.bitCount(c.done())));
    List<Configuration> kept = new ArrayList<>();
    for (Configuration c : group) {
      if (kept.stream().noneMatch(k -> (k.done() & ~c.done()) == 0)) {
        kept.add(c);
      }
    }
    return kept;
  }

  private void remember(Operation op) {
    recent.add(op);
    if (recent.size() > 15) {
      recent.remove();
    }
  }

  private String complaint(Operation op) {
    StringBuilder text = new StringBuilder("no order explains ").append(op);
    text.append("\nbefore it the value was one of ")
        .append(configurations.stream().map(Configuration::state).distinct().toList());
    text.append("\noverlapping:");
    Arrays.stream(pending).filter(Objects::nonNull).forEach(p -> text.append("\n  ").append(p));
    text.append("\nended before:");
    recent.forEach(p -> text.append("\n  ").append(p));
    return text.toString();
  }
}
