package io.nearside.remote;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What operations through two nodes, one after another, may answer where copies may be as old as a
 * bound. Every value is written once, so an answer tells which state of its key was read. Time is
 * real: around the time at which an entry expires nobody can say whether it is there.
 */
final class CopiedModel {
  /** What clocks and their roundings are off by. */
  private static final long MARGIN = TimeUnit.MILLISECONDS.toNanos(30);

  /** An access that gains less than one part in so many of a life need not be told. */
  private static final int UNTOLD = 16;

  private static final long NEVER = Long.MAX_VALUE;

  private final long bound;
  private final Policy policy;
  private final Map<Integer, Key> keys = new HashMap<>();

  /** Answers that were older than the authority's. */
  int older;

  /**
   * Which of the things that can happen to an entry give it its whole life anew.
   *
   * @param life in nanoseconds; 0 for ever
   */
  record Policy(long life, boolean update, boolean access) {}

  /** When an operation ran. */
  record Span(long start, long end) {}

  /** What was there of a key, from one change to the next. */
  private static final class State {
    final @Nullable Integer value;
    long surelyUntil = NEVER;
    long maybeUntil = NEVER;
    long ended = NEVER;

    State(@Nullable Integer value) {
      this.value = value;
    }
  }

  private static final class Key {
    final List<State> states = new ArrayList<>(List.of(new State(null)));

    /** The first state that each node may still read. */
    final int[] first = new int[2];

    State current() {
      return states.get(states.size() - 1);
    }

    void next(State state, long ended) {
      current().ended = ended;
      states.add(state);
    }
  }

  CopiedModel(long bound, Policy policy) {
    this.bound = bound;
    this.policy = policy;
  }

  private Key key(int number) {
    return keys.computeIfAbsent(number, absent -> new Key());
  }

  /** For people: what was there, and for how many milliseconds it has not been. */
  String history(int number) {
    Key key = key(number);
    long now = System.nanoTime();
    List<String> all = new ArrayList<>();
    for (int i = Math.max(0, key.states.size() - 8); i < key.states.size(); i++) {
      State state = key.states.get(i);
      String age = state.ended == NEVER ? "" : " until " + (now - state.ended) / 1_000_000;
      all.add(i + ": " + state.value + age);
    }
    return all + ", readable from " + key.first[0] + " and " + key.first[1];
  }

  /** Waits until none of the keys is about to expire; returns the time. */
  long begin(Collection<Integer> wanted) {
    for (; ; ) {
      long now = System.nanoTime();
      long wait = 0;
      for (int number : wanted) {
        Key key = key(number);
        State state = key.current();
        if (now > state.maybeUntil) {
          key.next(new State(null), state.maybeUntil);
        } else if (now >= state.surelyUntil - MARGIN) {
          wait = Math.max(wait, state.maybeUntil - now + 1);
        }
      }
      if (wait == 0) {
        return now;
      }
      LockSupport.parkNanos(wait);
    }
  }

  /** Whether none of the keys may have expired by then. */
  boolean isCertain(Collection<Integer> wanted, long end) {
    return wanted.stream().allMatch(key -> end < key(key).current().surelyUntil);
  }

  /** The authority's value. */
  @Nullable Integer current(int key) {
    return key(key).current().value;
  }

  /**
   * Whether a read of a node may answer that. That there is nothing is never known from a copy, and
   * a node that has changed a key reads nothing older.
   */
  boolean mayRead(int node, int number, @Nullable Integer answer, Span span) {
    Key key = key(number);
    State current = key.current();
    if (answer == null || answer.equals(current.value)) {
      return Objects.equals(answer, current.value);
    }
    for (int i = key.states.size() - 1; i >= key.first[node]; i--) {
      State state = key.states.get(i);
      if (answer.equals(state.value) && state.ended >= span.start - bound) {
        older++;
        return true;
      }
    }
    return false;
  }

  /** Whether a read of a node may find something where nothing is any more. */
  boolean mayFind(int node, int number, Span span) {
    Key key = key(number);
    return IntStream.range(key.first[node], key.states.size())
        .mapToObj(key.states::get)
        .anyMatch(state -> state.value != null && mayRead(node, number, state.value, span));
  }

  /** Whether a read of a node may find something other than what is there. */
  boolean mayBeOlder(int node, int number, Span span) {
    Key key = key(number);
    return IntStream.range(key.first[node], key.states.size() - 1)
        .mapToObj(key.states::get)
        .anyMatch(state -> state.value != null && mayRead(node, number, state.value, span));
  }

  /** Who compared in vain has read the value, unless it was an older one. */
  void maybeAccessed(int number, Span span) {
    State state = key(number).current();
    if (policy.access && state.value != null) {
      state.maybeUntil = Math.max(state.maybeUntil, span.end + policy.life + MARGIN);
    }
  }

  /** Somebody has read the value, in a way that counts for expiry. */
  void accessed(int key, @Nullable Integer answer, Span span) {
    State state = key(key).current();
    if (policy.access && answer != null && answer.equals(state.value)) {
      live(state, span);
      state.surelyUntil -= policy.life / UNTOLD;
    }
  }

  private void live(State state, Span span) {
    if (policy.life > 0) {
      state.surelyUntil = span.start + policy.life - MARGIN;
      state.maybeUntil = span.end + policy.life + MARGIN;
    }
  }

  /** A node has changed the key. */
  void changed(int node, int number, @Nullable Integer value, Span span) {
    Key key = key(number);
    State before = key.current();
    State state = new State(value);
    if (value != null && (before.value == null || policy.update)) {
      live(state, span);
    } else if (value != null) {
      state.surelyUntil = before.surelyUntil;
      state.maybeUntil = before.maybeUntil;
    }
    key.next(state, span.end);
    key.first[node] = key.states.size() - 1;
  }

  /** Both nodes have been seen to know what is there. */
  void agreed(int number) {
    Key key = key(number);
    key.first[0] = key.states.size() - 1;
    key.first[1] = key.first[0];
  }
}
