package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.Lives;
import io.nearside.store.Outcome;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.RecordingObserver;
import io.nearside.store.Reservation;
import io.nearside.store.Seeds;
import io.nearside.store.StoredEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long random sequences through two nodes, against a plain map. */
class RemoteModelTest {
  private static final int OPERATIONS = Boolean.getBoolean("test.stress") ? 200_000 : 5_000;
  private static final int KEYS = 5;
  private static final Clock CLOCK = Clock.system();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void twoNodesAreOneMap(boolean wantsChanges) {
    long seed = Seeds.seed("RemoteModelTest " + wantsChanges);
    LocalRedis redis = LocalRedis.down();
    redis.start();
    try (redis;
        RemoteBed one = RemoteBed.connected(redis);
        RemoteBed two = RemoteBed.connected(redis)) {
      RemoteBed.Options options = RemoteBed.Options.of(RemoteBed.cacheName());
      Run run =
          new Run(
              Seeds.random(seed),
              List.of(open(one, options, wantsChanges), open(two, options, wantsChanges)));
      for (int i = 0; i < OPERATIONS; i++) {
        run.step();
      }
      run.compareAll();
    }
  }

  private static RemoteStore<Integer, Integer> open(
      RemoteBed node, RemoteBed.Options options, boolean wantsChanges) {
    return node.store(
        options,
        Integer.class,
        Integer.class,
        new RecordingObserver<Integer, Integer>().wantsChanges(wantsChanges));
  }

  /** What was reserved, and whether a change has voided it since. */
  private record Load(int node, Reservation reservation, int number) {}

  private static final class Run {
    private final RandomGenerator random;
    private final List<RemoteStore<Integer, Integer>> nodes;
    private final Map<Integer, Integer> model = new HashMap<>();
    private final Map<Integer, Load> loads = new HashMap<>();
    private final Map<Integer, Integer> changes = new HashMap<>();
    private int number;
    private String last = "";

    Run(RandomGenerator random, List<RemoteStore<Integer, Integer>> nodes) {
      this.random = random;
      this.nodes = nodes;
    }

    void step() {
      int node = random.nextInt(2);
      RemoteStore<Integer, Integer> store = nodes.get(node);
      int key = random.nextInt(KEYS);
      int value = random.nextInt(1_000);
      int operation = random.nextInt(12);
      last = ++number + ": operation " + operation + " of " + key + " on " + node;
      switch (operation) {
        case 0, 1 -> same(value(store.read(key, CLOCK.nanos())), model.get(key));
        case 2 -> change(store, key, Change.put(value, Lives.FOR_EVER), true, value);
        case 3 -> {
          boolean absent = !model.containsKey(key);
          change(store, key, Change.putIfAbsent(value, Lives.FOR_EVER), absent, value);
        }
        case 4 -> {
          boolean present = model.containsKey(key);
          change(store, key, Change.replace(value, Lives.FOR_EVER), present, value);
        }
        case 5 -> change(store, key, Change.remove(), true, null);
        case 6 -> compareAndSet(store, key, value);
        case 7 -> reserve(node, key);
        case 8 -> fill(key, value);
        case 9 -> many(store, value);
        case 10 -> compareAll();
        default -> {
          if (random.nextInt(20) == 0) {
            store.clear();
            model.clear();
            IntStream.range(0, KEYS).forEach(this::changed);
          }
        }
      }
    }

    private void change(
        RemoteStore<Integer, Integer> store,
        int key,
        Change<Integer> change,
        boolean done,
        @Nullable Integer value) {
      Integer prior = model.get(key);
      Applied<Integer> applied =
          store.apply(key, random.nextBoolean() ? change.returningPrior() : change, 0);
      same(applied.done(), done);
      same(applied.existed(), prior != null);
      if (applied.prior() != null) {
        same(applied.prior().value(), prior);
      }
      if (done) {
        put(key, value);
      }
    }

    private void put(int key, @Nullable Integer value) {
      changed(key);
      if (value == null) {
        model.remove(key);
      } else {
        model.put(key, value);
      }
    }

    private void changed(int key) {
      changes.merge(key, 1, Integer::sum);
    }

    private void compareAndSet(RemoteStore<Integer, Integer> store, int key, int value) {
      RemoteStore<Integer, Integer> reader = nodes.get(random.nextInt(2));
      if (reader.read(key, CLOCK.nanos()) instanceof StoredEntry<Integer> seen) {
        boolean disturbed = random.nextInt(3) == 0;
        if (disturbed) {
          change(reader, key, Change.put(seen.value(), Lives.FOR_EVER), true, seen.value());
        }
        Applied<Integer> applied = store.apply(key, Change.replace(seen, value, Lives.FOR_EVER), 0);
        same(applied.done(), !disturbed);
        if (applied.done()) {
          put(key, value);
        }
      }
    }

    private void reserve(int node, int key) {
      Load before = loads.remove(key);
      if (before != null) {
        nodes.get(before.node).release(key, before.reservation);
      }
      ReadOrReserved<Integer> answer = nodes.get(node).readOrReserve(key, CLOCK.nanos());
      same(value(answer.outcome()), model.get(key));
      if (answer.reservation() != null) {
        loads.put(key, new Load(node, answer.reservation(), changes.getOrDefault(key, 0)));
      }
    }

    /** Stored exactly if nothing has changed the key since it was reserved. */
    private void fill(int key, int value) {
      Load load = loads.remove(key);
      if (load != null) {
        RemoteStore<Integer, Integer> store = nodes.get(load.node);
        Change<Integer> change = Change.putIfAbsent(value, Lives.FOR_EVER);
        boolean stands = changes.getOrDefault(key, 0) == load.number;
        same(store.fill(key, load.reservation, change, 0).done(), stands);
        store.release(key, load.reservation);
        if (stands) {
          model.put(key, value);
        }
      }
    }

    private void many(RemoteStore<Integer, Integer> store, int value) {
      Map<Integer, Change<Integer>> all = new HashMap<>();
      for (int i = 0; i < 3; i++) {
        int key = random.nextInt(KEYS);
        all.put(key, random.nextBoolean() ? Change.put(value, Lives.FOR_EVER) : Change.remove());
      }
      same(store.applyAll(all, 0).failed(), Map.of());
      all.forEach((key, change) -> put(key, change.value()));
    }

    void compareAll() {
      for (RemoteStore<Integer, Integer> store : nodes) {
        Map<Integer, Integer> walked = new HashMap<>();
        store.iterator().forEachRemaining(e -> walked.put(e.getKey(), e.getValue().value()));
        same(walked, model);
        Map<Integer, Integer> read = new HashMap<>();
        store
            .readAll(IntStream.range(0, KEYS).boxed().toList(), CLOCK.nanos())
            .forEach((key, outcome) -> {
              if (value(outcome) != null) {
                read.put(key, value(outcome));
              }
            });
        same(read, model);
      }
    }

    private static @Nullable Integer value(Outcome<Integer> outcome) {
      if (outcome instanceof StoredEntry<Integer> entry) {
        return entry.value();
      }
      assertThat(outcome).isSameAs(Absent.absent());
      return null;
    }

    private void same(@Nullable Object actual, @Nullable Object expected) {
      assertThat(actual).as(last).isEqualTo(expected);
    }
  }

  @Test
  void twoNodesLoseNoUpdate() throws Exception {
    LocalRedis redis = LocalRedis.down();
    redis.start();
    try (redis;
        RemoteBed one = RemoteBed.connected(redis);
        RemoteBed two = RemoteBed.connected(redis)) {
      RemoteBed.Options options = RemoteBed.Options.of(RemoteBed.cacheName());
      List<RemoteStore<Integer, Integer>> nodes =
          List.of(open(one, options, false), open(two, options, false));
      nodes.get(0).apply(1, Change.put(0, Lives.FOR_EVER), 0);
      io.nearside.store.Threads.together(
          () -> increment(nodes.get(0)),
          () -> increment(nodes.get(1)),
          () -> increment(nodes.get(0)),
          () -> increment(nodes.get(1)));
      assertThat(nodes.get(0).read(1, CLOCK.nanos()))
          .isInstanceOfSatisfying(
              StoredEntry.class, entry -> assertThat(entry.value()).isEqualTo(1_000));
      assertThat(redis.ask("KEYS *!q*")).as("nobody waits").startsWith("*0");
    }
  }

  private static void increment(RemoteStore<Integer, Integer> store) {
    for (int i = 0; i < 250; i++) {
      try (io.nearside.store.Turn turn = store.turn(1)) {
        while (!tryIncrement(store)) {
          turn.await();
        }
      }
    }
  }

  private static boolean tryIncrement(RemoteStore<Integer, Integer> store) {
    return store.read(1, CLOCK.nanos()) instanceof StoredEntry<Integer> seen
        && store.apply(1, Change.replace(seen, seen.value() + 1, Lives.FOR_EVER), 0).done();
  }
}
