package io.nearside.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.cache.StoreCache;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import javax.cache.processor.MutableEntry;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Long random sequences of all operations, against plain maps. */
class ModelTest {
  private static final int OPERATIONS = Boolean.getBoolean("test.stress") ? 300_000 : 30_000;
  private static final int KEYS = 6;
  private static final int VALUES = 4;

  /**
   * What is tested.
   *
   * @param creation in milliseconds; -1 for ever
   * @param update likewise; null keeps
   * @param access likewise; null keeps
   */
  record Variant(
      long creation, @Nullable Long update, @Nullable Long access, boolean reads, boolean writes)
      implements ExpiryPolicy {
    /**
     * A policy of the standard where one fits, which the cache knows and need not call; or this.
     */
    ExpiryPolicy policy() {
      if (access == null && update == null) {
        return creation < 0
            ? new EternalExpiryPolicy()
            : new CreatedExpiryPolicy(duration(creation));
      }
      boolean touched = access != null && access == creation && access.equals(update);
      return touched ? new TouchedExpiryPolicy(duration(creation)) : this;
    }

    @Override
    public Duration getExpiryForCreation() {
      return duration(creation);
    }

    @Override
    public @Nullable Duration getExpiryForAccess() {
      return access == null ? null : duration(access);
    }

    @Override
    public @Nullable Duration getExpiryForUpdate() {
      return update == null ? null : duration(update);
    }

    private static Duration duration(long millis) {
      return millis < 0
          ? Duration.ETERNAL
          : millis == 0 ? Duration.ZERO : new Duration(TimeUnit.MILLISECONDS, millis);
    }
  }

  static Stream<Variant> variants() {
    return Stream.of(
            new Variant(-1, null, null, false, false),
            new Variant(1_000, null, null, false, false),
            new Variant(1_000, 500L, null, false, false),
            new Variant(1_000, null, 2_000L, false, false),
            new Variant(1_000, 1_000L, 1_000L, false, false),
            new Variant(0, 0L, 0L, false, false),
            new Variant(1_000, 0L, null, false, false),
            new Variant(1_000, 3_000L, 0L, false, false))
        .flatMap(v ->
            Stream.of(
                v,
                new Variant(v.creation, v.update, v.access, true, false),
                new Variant(v.creation, v.update, v.access, true, true)));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aCacheDoesWhatTheModelDoes(Variant variant) throws JMException {
    long seed = Seeds.seed("ModelTest " + variant);
    RandomGenerator random = Seeds.random(seed);
    ManualClock clock = new ManualClock();
    ModelCache model = new ModelCache(variant, clock);
    ModelSource source = new ModelSource();
    Events events = new Events();
    CacheMaker<Integer, Integer> caches =
        new CacheMaker<Integer, Integer>(clock)
            .policy(variant::policy)
            .listener(new MutableCacheEntryListenerConfiguration<>(() -> events, null, true, true));
    if (variant.reads) {
      caches.loader(source);
    }
    if (variant.writes) {
      caches.writer(source);
    }
    StoreCache<Integer, Integer> cache = caches.make("model");
    cache.lifecycle().enableStatistics(true);
    Steps steps = new Steps(cache, model, random);
    for (int i = 0; i < OPERATIONS; i++) {
      if (random.nextInt(3) == 0) {
        clock.advance(random.nextLong(400_000_000L));
      }
      if (random.nextInt(5) == 0) {
        cache.lifecycle().tick();
      }
      steps.step();
      assertThat(source.rows).as("source after %s", steps.last).isEqualTo(model.rows);
    }
    clock.advance(java.time.Duration.ofHours(1));
    model.expireAll();
    cache.lifecycle().tick();
    model.assertTold(events.told);
    assertStatistics(cache, model);
    cache.close();
  }

  private static void assertStatistics(StoreCache<Integer, Integer> cache, ModelCache model)
      throws JMException {
    ObjectName bean =
        new ObjectName("javax.cache:type=CacheStatistics,CacheManager=test.manager,Cache=model");
    Map<String, Long> expected = new HashMap<>();
    expected.put("CacheHits", model.hits);
    expected.put("CacheMisses", model.misses);
    expected.put("CachePuts", model.puts);
    expected.put("CacheRemovals", model.removals);
    expected.put("CacheEvictions", 0L);
    Map<String, Object> counted = new HashMap<>();
    for (String name : expected.keySet()) {
      counted.put(name, ManagementFactory.getPlatformMBeanServer().getAttribute(bean, name));
    }
    assertThat(counted).isEqualTo(expected);
  }

  /** Does one operation on both and compares what they return. */
  private static final class Steps {
    private final List<Cache<Integer, Integer>> views;
    private Cache<Integer, Integer> cache;
    private final ModelCache model;
    private final RandomGenerator random;
    String last = "";

    Steps(StoreCache<Integer, Integer> cache, ModelCache model, RandomGenerator random) {
      this.views = List.of(cache, ByFutures.of(cache));
      this.cache = cache;
      this.model = model;
      this.random = random;
    }

    void step() {
      cache = views.get(random.nextInt(views.size()));
      int key = random.nextInt(KEYS);
      int value = random.nextInt(VALUES);
      int other = random.nextInt(VALUES);
      int operation = random.nextInt(24);
      last = "operation " + operation + " of " + key;
      switch (operation) {
        case 0, 1, 2 -> same(cache.get(key), model.get(key));
        case 3 -> same(cache.containsKey(key), model.live(key) != null);
        case 4, 5, 6 -> {
          cache.put(key, value);
          model.put(key, value);
        }
        case 7 -> same(cache.getAndPut(key, value), model.getAndPut(key, value));
        case 8 -> same(cache.putIfAbsent(key, value), model.putIfAbsent(key, value));
        case 9 -> same(cache.remove(key), model.remove(key) != null);
        case 10 -> same(cache.remove(key, value), model.remove(key, value));
        case 11 -> same(cache.getAndRemove(key), model.getAndRemove(key));
        case 12 -> same(cache.replace(key, value), model.replace(key, value) != null);
        case 13 -> same(cache.replace(key, other, value), model.replace(key, other, value));
        case 14 -> same(cache.getAndReplace(key, value), model.replace(key, value));
        default -> bulk(operation, key, value);
      }
    }

    private void bulk(int operation, int key, int value) {
      Set<Integer> keys = new HashSet<>(Set.of(key));
      keys.add(random.nextInt(KEYS));
      keys.add(random.nextInt(KEYS));
      switch (operation) {
        case 15 -> same(cache.getAll(keys), model.getAll(keys));
        case 16 -> {
          Map<Integer, Integer> map = new HashMap<>();
          keys.forEach(k -> map.put(k, value));
          cache.putAll(map);
          map.forEach(model::put);
        }
        case 17 -> {
          cache.removeAll(keys);
          keys.forEach(model::remove);
        }
        case 18 -> rarely();
        case 19 -> iterate(value);
        case 20 -> {
          boolean replace = random.nextBoolean();
          cache.loadAll(keys, replace, null);
          model.loadAll(keys, replace);
        }
        case 21 -> {
          int script = random.nextInt(Scripts.COUNT);
          cache.invokeAll(keys, (entry, arguments) -> Scripts.run(script, entry, value));
          keys.forEach(k -> model.invoke(k, script, value));
        }
        default -> {
          int script = random.nextInt(Scripts.COUNT);
          last += " script " + script;
          same(
              cache.invoke(key, (entry, arguments) -> Scripts.run(script, entry, value)),
              model.invoke(key, script, value));
        }
      }
    }

    private void rarely() {
      switch (random.nextInt(4)) {
        case 0 -> {
          cache.clear();
          model.clear();
        }
        case 1 -> {
          cache.removeAll();
          model.liveKeys().forEach(model::remove);
        }
        default -> {}
      }
    }

    private void iterate(int removed) {
      Map<Integer, Integer> seen = new HashMap<>();
      Map<Integer, Integer> expected = new HashMap<>();
      model.liveKeys().forEach(k -> expected.put(k, model.iterated(k)));
      Iterator<Cache.Entry<Integer, Integer>> entries = cache.iterator();
      List<Integer> gone = new ArrayList<>();
      while (entries.hasNext()) {
        Cache.Entry<Integer, Integer> entry = entries.next();
        seen.put(entry.getKey(), entry.getValue());
        if (entry.getValue() == removed) {
          entries.remove();
          gone.add(entry.getKey());
        }
      }
      same(seen, expected);
      gone.forEach(model::remove);
    }

    private void same(@Nullable Object actual, @Nullable Object expected) {
      assertThat(actual).as(last).isEqualTo(expected);
    }
  }

  /** What entry processors do; the model reads the same scripts. */
  private static final class Scripts {
    static final int COUNT = 7;

    private Scripts() {}

    static @Nullable Integer run(int script, MutableEntry<Integer, Integer> entry, int value) {
      switch (script) {
        case 0:
          return entry.getValue();
        case 1:
          entry.setValue(value);
          return value;
        case 2:
          entry.remove();
          return null;
        case 3:
          return entry.exists() ? 1 : 0;
        case 4:
          Integer seen = entry.getValue();
          entry.setValue(seen == null ? 0 : (seen + 1) % VALUES);
          return seen;
        case 5:
          entry.setValue(value);
          entry.remove();
          return entry.exists() ? 1 : 0;
        default:
          return entry.getKey();
      }
    }
  }

  /** Notes events, by key. */
  private static final class Events
      implements CacheEntryCreatedListener<Integer, Integer>,
          CacheEntryUpdatedListener<Integer, Integer>,
          CacheEntryRemovedListener<Integer, Integer>,
          CacheEntryExpiredListener<Integer, Integer> {
    final Map<Integer, List<String>> told = new HashMap<>();

    private void note(Iterable<CacheEntryEvent<? extends Integer, ? extends Integer>> events) {
      events.forEach(event ->
          told.computeIfAbsent(event.getKey(), k -> new ArrayList<>())
              .add(event.getEventType() + " " + event.getOldValue() + ">" + event.getValue()));
    }

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends Integer, ? extends Integer>> events) {
      note(events);
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends Integer, ? extends Integer>> events) {
      note(events);
    }

    @Override
    public void onRemoved(Iterable<CacheEntryEvent<? extends Integer, ? extends Integer>> events) {
      note(events);
    }

    @Override
    public void onExpired(Iterable<CacheEntryEvent<? extends Integer, ? extends Integer>> events) {
      note(events);
    }
  }
}
