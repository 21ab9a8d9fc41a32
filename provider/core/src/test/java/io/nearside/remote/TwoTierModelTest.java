package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryView;
import io.nearside.EntryView.Tier;
import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.remote.CopiedModel.Policy;
import io.nearside.remote.CopiedModel.Span;
import io.nearside.store.ByFutures;
import io.nearside.store.Seeds;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.Factory;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import javax.cache.processor.MutableEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Long random sequences of all operations through two nodes with copies, against a model that knows
 * how old an answer may be. Now and then what the nodes hear is cut off.
 */
@Timeout(600)
@Tag("any-jdk")
class TwoTierModelTest {
  private static final int OPERATIONS = Boolean.getBoolean("test.stress") ? 200_000 : 5_000;
  private static final int KEYS = 5;

  /** After so many operations others are used: what is written all the time gets no copies. */
  private static final int ON_SAME_KEYS = 60;

  private static final long BOUND = TimeUnit.SECONDS.toNanos(2);
  private static final long LIFE_MILLIS = 400;

  /** What a busy machine leaves unsaid is not what this is about. */
  private static final Map<String, String> PATIENT = Map.of("remote.timeout", "20s");

  record Variant(String name, Factory<ExpiryPolicy> expiry, Policy policy) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Variant> variants() {
    var life = new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, LIFE_MILLIS);
    long nanos = TimeUnit.MILLISECONDS.toNanos(LIFE_MILLIS);
    return Stream.of(
        new Variant("eternal", EternalExpiryPolicy.factoryOf(), new Policy(0, false, false)),
        new Variant(
            "created", CreatedExpiryPolicy.factoryOf(life), new Policy(nanos, false, false)),
        new Variant(
            "modified", ModifiedExpiryPolicy.factoryOf(life), new Policy(nanos, true, false)),
        new Variant(
            "accessed", AccessedExpiryPolicy.factoryOf(life), new Policy(nanos, false, true)),
        new Variant("touched", TouchedExpiryPolicy.factoryOf(life), new Policy(nanos, true, true)));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void twoNodesDoWhatTheModelDoes(Variant variant) throws Exception {
    long seed = Seeds.seed("TwoTierModelTest " + variant);
    try (RedisServer server = RedisServer.start();
        Bench bench = new Bench(server.address())) {
      Run run =
          new Run(
              server,
              List.of(
                  cache(bench.node(PATIENT), variant),
                  ByFutures.of(cache(bench.node(PATIENT), variant))),
              new CopiedModel(BOUND, variant.policy),
              Seeds.random(seed));
      for (int i = 0; i < OPERATIONS; i++) {
        run.step();
      }
      run.agree();
      System.out.println(
          variant + ": " + run.model.older + " older answers, " + run.uncertain + " uncertain");
      assertThat(run.local).as("answers of copies").isPositive();
      assertThat(run.uncertain).as("operations that nobody can judge").isLessThan(OPERATIONS / 10);
    }
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<Integer, Integer> cache(CacheManager node, Variant variant) {
    return node.createCache(
            "model",
            NearsideConfiguration.builder(Integer.class, Integer.class)
                .topology(Topology.TWO_TIER)
                .expiryPolicy(variant.expiry)
                .failFast()
                .build())
        .unwrap(NearsideCache.class);
  }

  private static final class Run {
    private final RedisServer server;
    private final List<NearsideCache<Integer, Integer>> nodes;
    private final CopiedModel model;
    private final RandomGenerator random;
    private Set<Integer> all = Set.of();
    private int number;
    private int node;
    private NearsideCache<Integer, Integer> cache;
    private String last = "";
    private int local;
    private int uncertain;

    Run(
        RedisServer server,
        List<NearsideCache<Integer, Integer>> nodes,
        CopiedModel model,
        RandomGenerator random) {
      this.server = server;
      this.nodes = nodes;
      this.model = model;
      this.random = random;
      this.cache = nodes.get(0);
    }

    void step() throws Exception {
      node = random.nextInt(2);
      cache = nodes.get(node);
      if (number % ON_SAME_KEYS == 0) {
        cache.clear();
        all = IntStream.range(number, number + KEYS).boxed().collect(Collectors.toSet());
      }
      number++;
      int key = any();
      int operation = random.nextInt(32);
      last = "step " + number + ": operation " + operation + " of " + key + " on " + node;
      switch (operation) {
        case 0, 1, 2, 3, 4, 5, 6, 7 -> get(key);
        case 8 ->
            judge(
                key,
                () -> cache.containsKey(key),
                (found, span) -> same(found, model.current(key) != null, span, key));
        case 9, 10 -> put(key);
        case 11 -> prior(key, () -> cache.getAndPut(key, number), number);
        case 12 -> prior(key, () -> cache.getAndRemove(key), null);
        case 13 -> ifDone(key, () -> cache.putIfAbsent(key, number), number, false);
        case 14 -> ifDone(key, () -> cache.replace(key, number), number, true);
        case 15 -> ifDone(key, () -> cache.remove(key), null, true);
        case 16 -> getAndReplace(key);
        case 17, 18 -> compare(key, true);
        case 19 -> compare(key, false);
        case 20, 21, 22 -> getAll(several(key));
        case 23 -> putAll(several(key));
        case 24 -> removeAll(several(key), keys -> cache.removeAll(keys));
        case 25, 26 -> invoke(key);
        case 27 -> iterate();
        case 28, 29 -> agree();
        case 30 -> rarely();
        default -> get(key);
      }
    }

    private int any() {
      return (number - 1) / ON_SAME_KEYS * ON_SAME_KEYS + random.nextInt(KEYS);
    }

    private Set<Integer> several(int key) {
      Set<Integer> keys = new HashSet<>(Set.of(key));
      keys.add(any());
      keys.add(any());
      return keys;
    }

    /** Runs an operation, and judges its answer if nothing may have expired meanwhile. */
    private <T> void judge(Set<Integer> keys, Supplier<T> call, BiConsumer<T, Span> check) {
      long start = model.begin(keys);
      T answer = call.get();
      long end = System.nanoTime();
      if (model.isCertain(keys, end)) {
        check.accept(answer, new Span(start, end));
      } else {
        uncertain++;
        cache.removeAll(keys);
        Span span = new Span(start, System.nanoTime());
        keys.forEach(key -> model.changed(node, key, null, span));
      }
    }

    private <T> void judge(int key, Supplier<T> call, BiConsumer<T, Span> check) {
      judge(Set.of(key), call, check);
    }

    /** What the authority answers is no older than the call. */
    private void same(@Nullable Object actual, @Nullable Object expected) {
      assertThat(actual).as(last).isEqualTo(expected);
    }

    /** A copy says that it is there until its node has heard that it is not. */
    private void same(boolean found, boolean there, Span span, int key) {
      if (there || !found) {
        same(found, there);
      } else {
        assertThat(model.mayFind(node, key, span)).as(last).isTrue();
      }
    }

    private void readable(int key, @Nullable Integer answer, Span span) {
      assertThat(model.mayRead(node, key, answer, span))
          .as("%s: read %s of %s", last, answer, model.history(key))
          .isTrue();
    }

    private void get(int key) {
      judge(
          key,
          () -> cache.get(key),
          (answer, span) -> {
            readable(key, answer, span);
            model.accessed(key, answer, span);
          });
    }

    private void put(int key) {
      judge(
          key,
          () -> {
            cache.put(key, number);
            return true;
          },
          (done, span) -> model.changed(node, key, number, span));
    }

    private void prior(int key, Supplier<@Nullable Integer> call, @Nullable Integer value) {
      judge(
          key,
          call,
          (prior, span) -> {
            same(prior, model.current(key));
            model.changed(node, key, value, span);
          });
    }

    private void ifDone(
        int key, Supplier<Boolean> call, @Nullable Integer value, boolean ifPresent) {
      judge(
          key,
          call,
          (done, span) -> {
            same(done, (model.current(key) != null) == ifPresent);
            if (done) {
              model.changed(node, key, value, span);
            }
          });
    }

    private void getAndReplace(int key) {
      judge(
          key,
          () -> cache.getAndReplace(key, number),
          (prior, span) -> {
            same(prior, model.current(key));
            if (prior != null) {
              model.changed(node, key, number, span);
            }
          });
    }

    /** With what is there, or with what is not. */
    private void compare(int key, boolean replaces) {
      int[] expected = new int[1];
      judge(
          key,
          () -> {
            Integer current = model.current(key);
            expected[0] = current == null || random.nextInt(3) == 0 ? -1 : current;
            return replaces
                ? cache.replace(key, expected[0], number)
                : cache.remove(key, expected[0]);
          },
          (done, span) -> {
            Integer current = model.current(key);
            if (done) {
              same(expected[0], current);
              model.changed(node, key, replaces ? (Integer) number : null, span);
            } else if (Objects.equals(current, expected[0])) {
              assertThat(model.mayBeOlder(node, key, span)).as(last).isTrue();
            } else {
              model.maybeAccessed(key, span);
            }
          });
    }

    private void getAll(Set<Integer> keys) {
      judge(
          keys,
          () -> cache.getAll(keys),
          (answers, span) -> {
            assertThat(keys).as(last).containsAll(answers.keySet());
            for (int key : keys) {
              readable(key, answers.get(key), span);
              model.accessed(key, answers.get(key), span);
            }
          });
    }

    private void putAll(Set<Integer> keys) {
      Map<Integer, Integer> map = new HashMap<>();
      keys.forEach(key -> map.put(key, number));
      judge(
          keys,
          () -> {
            cache.putAll(map);
            return true;
          },
          (done, span) -> keys.forEach(key -> model.changed(node, key, number, span)));
    }

    private void removeAll(Set<Integer> keys, java.util.function.Consumer<Set<Integer>> call) {
      judge(
          keys,
          () -> {
            call.accept(keys);
            return true;
          },
          (done, span) -> keys.forEach(key -> model.changed(node, key, null, span)));
    }

    private void invoke(int key) {
      int script = random.nextInt(4);
      last += " script " + script;
      judge(
          key,
          () -> cache.invoke(key, (entry, arguments) -> Run.run(script, entry, number)),
          (seen, span) -> {
            switch (script) {
              case 0 -> {
                readable(key, seen, span);
                model.accessed(key, seen, span);
              }
              case 1 -> {
                same(seen, model.current(key));
                model.changed(node, key, number, span);
              }
              case 2 -> {
                same(seen, model.current(key));
                model.changed(node, key, null, span);
              }
              default -> same(seen != null, model.current(key) != null, span, key);
            }
          });
    }

    private static @Nullable Integer run(
        int script, MutableEntry<Integer, Integer> entry, int value) {
      Integer seen = script == 3 ? (entry.exists() ? value : null) : entry.getValue();
      if (script == 1) {
        entry.setValue(value);
      } else if (script == 2) {
        entry.remove();
      }
      return seen;
    }

    /** An iterator shows what the authority has. */
    private void iterate() {
      boolean removes = random.nextInt(4) == 0;
      judge(
          all,
          () -> {
            Map<Integer, Integer> seen = new HashMap<>();
            Iterator<Cache.Entry<Integer, Integer>> entries = cache.iterator();
            while (entries.hasNext()) {
              Cache.Entry<Integer, Integer> entry = entries.next();
              seen.put(entry.getKey(), entry.getValue());
              if (removes) {
                entries.remove();
              }
            }
            return seen;
          },
          (seen, span) -> {
            for (int key : all) {
              same(seen.get(key), model.current(key));
              model.accessed(key, seen.get(key), span);
              if (removes && seen.containsKey(key)) {
                model.changed(node, key, null, span);
              }
            }
          });
    }

    /** Once what was announced has arrived, both nodes know the same. */
    void agree() {
      for (int key : all) {
        for (NearsideCache<Integer, Integer> each : nodes) {
          await()
              .pollDelay(Duration.ZERO)
              .pollInterval(Duration.ofMillis(1))
              .atMost(Duration.ofSeconds(20))
              .until(() -> agrees(each, key));
        }
        model.agreed(key);
      }
    }

    private boolean agrees(NearsideCache<Integer, Integer> each, int key) {
      model.begin(Set.of(key));
      EntryView<Integer> view = each.entry(key);
      local += view != null && view.tier() == Tier.LOCAL ? 1 : 0;
      return Objects.equals(view == null ? null : view.value(), model.current(key));
    }

    private void rarely() throws Exception {
      switch (random.nextInt(12)) {
        case 0, 1 -> removeAll(all, keys -> cache.clear());
        case 2, 3 -> removeAll(all, keys -> cache.removeAll());
        case 4 -> server.call("CLIENT", "KILL", "TYPE", "pubsub");
        default -> {}
      }
    }
  }
}
