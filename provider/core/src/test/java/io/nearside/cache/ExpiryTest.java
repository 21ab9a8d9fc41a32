package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.EntryOptions;
import io.nearside.NearsideLoader;
import io.nearside.config.ExpirySettings;
import io.nearside.config.JitterSettings;
import io.nearside.store.CacheMaker;
import io.nearside.store.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** When entries expire, on a clock that the test moves. */
class ExpiryTest {
  private static final javax.cache.expiry.Duration ZERO = javax.cache.expiry.Duration.ZERO;
  private static final javax.cache.expiry.Duration HOUR = javax.cache.expiry.Duration.ONE_HOUR;

  @RegisterExtension final TestCaches caches = new TestCaches();

  private final FakeClock clock = new FakeClock();
  private final Random random = TestCaches.random();
  private CacheLoader<Integer, String> loader;

  @Test
  void aTimeToLiveCountsFromTheLastWrite() {
    Cache<Integer, String> cache = timed(seconds(10), null, null);
    cache.put(1, "a");
    pass(9);
    cache.get(1);
    cache.put(1, "b");
    pass(9);
    assertThat(cache.get(1)).isEqualTo("b");
    pass(1);
    assertThat(cache.containsKey(1)).isFalse();
    assertThat(cache.get(1)).isNull();
  }

  @Test
  void aSlidingLifeCountsFromTheLastRead() {
    Cache<Integer, String> cache = timed(null, seconds(10), null);
    cache.put(1, "a");
    for (int i = 0; i < 20; i++) {
      pass(9);
      assertThat(cache.get(1)).isEqualTo("a");
    }
    pass(9);
    assertThat(cache.containsKey(1)).isTrue();
    pass(1);
    assertThat(cache.get(1)).isNull();
  }

  @Test
  void aMaximumLifeCapsASlidingOneFromCreation() {
    Cache<Integer, String> cache = timed(null, seconds(10), seconds(25));
    cache.put(1, "a");
    pass(9);
    cache.get(1);
    pass(9);
    cache.put(1, "b");
    pass(6);
    assertThat(cache.get(1)).isEqualTo("b");
    pass(1);
    assertThat(cache.get(1)).isNull();
  }

  @Test
  void anAdaptiveLifeFollowsTheReads() {
    var adaptive = new ExpirySettings.Adaptive(seconds(10), seconds(100), 3, 6);
    Cache<Integer, String> cache =
        cache(new ExpirySettings(null, null, null, null, adaptive, JitterSettings.NONE));
    Map<Integer, Integer> lifeByReads = Map.of(0, 10, 3, 10, 4, 50, 6, 50, 7, 100);
    lifeByReads.forEach((reads, life) -> {
      cache.put(reads, "a");
      for (int i = 0; i < reads; i++) {
        cache.get(reads);
      }
      pass(life - 1);
      assertThat(cache.containsKey(reads)).as("%d reads", reads).isTrue();
      pass(1);
      assertThat(cache.containsKey(reads)).as("%d reads", reads).isFalse();
    });
  }

  @ParameterizedTest
  @EnumSource
  void jitterStaysWithinItsBoundsAndSpreads(JitterSettings.Mode mode) {
    int entries = 10_000;
    Cache<Integer, String> cache =
        cache(
            new ExpirySettings(
                null, seconds(1000), null, null, null, new JitterSettings(0.2, mode)));
    for (int key = 0; key < entries; key++) {
      cache.put(key, "a");
    }
    pass(799);
    assertThat(left(cache)).isEqualTo(entries);
    pass(101);
    double share = (mode == JitterSettings.Mode.SUBTRACT) ? 0.5 : 0.75;
    assertThat(left(cache))
        .isBetween((int) (entries * (share - 0.05)), (int) (entries * (share + 0.05)));
    pass(100);
    if (mode == JitterSettings.Mode.SUBTRACT) {
      assertThat(left(cache)).as("outlived the time to live").isZero();
    } else {
      assertThat(left(cache)).isBetween((int) (entries * 0.45), (int) (entries * 0.55));
      pass(200);
      assertThat(left(cache)).isZero();
    }
  }

  @Test
  void anEntrysOwnTimeToLiveOverridesTheCaches() {
    StoreCache<Integer, String> cache = timed(seconds(10), null, null);
    cache.put(1, "short", EntryOptions.timeToLive(seconds(3)));
    cache.put(2, "long", EntryOptions.timeToLive(seconds(30)));
    cache.put(3, "same", EntryOptions.NONE);
    pass(3);
    assertThat(cache.get(1)).isNull();
    pass(7);
    assertThat(cache.get(3)).isNull();
    assertThat(cache.get(2)).isEqualTo("long");
    pass(20);
    assertThat(cache.get(2)).isNull();
  }

  @Test
  void anEntrysOwnTimeToLiveIsNotMovedByReadsOfASlidingCache() {
    var adaptive = new ExpirySettings.Adaptive(seconds(10), seconds(100), 1, 2);
    StoreCache<Integer, String> cache =
        cache(new ExpirySettings(null, null, null, null, adaptive, JitterSettings.NONE));
    cache.put(1, "own", EntryOptions.timeToLive(seconds(5)));
    for (int i = 0; i < 10; i++) {
      cache.get(1);
    }
    pass(5);
    assertThat(cache.get(1)).isNull();
  }

  @Test
  void aLoaderMayChooseTheTimeToLive() {
    loader =
        (NearsideLoader<Integer, String>)
            (key, context) -> {
              if (key == 1) {
                context.timeToLive(seconds(3));
              }
              return "loaded";
            };
    Cache<Integer, String> cache = timed(seconds(10), null, null);
    cache.get(1);
    cache.get(2);
    cache.invoke(1, (entry, none) -> entry.getValue());
    pass(2);
    assertThat(cache.containsKey(1)).isTrue();
    pass(1);
    assertThat(cache.containsKey(1)).isFalse();
    assertThat(cache.<String>invoke(1, (entry, none) -> entry.getValue())).isEqualTo("loaded");
    pass(3);
    assertThat(cache.containsKey(1)).isFalse();
    assertThat(cache.containsKey(2)).isTrue();
    pass(4);
    assertThat(cache.containsKey(2)).isFalse();
  }

  @Test
  void aThrowingCreationPolicyGivesAMinute() {
    Policy policy = new Policy();
    policy.creation = failing();
    StoreCache<Integer, String> cache = cache(ruled(policy));
    cache.put(1, "a");
    assertThat(cache.putIfAbsent(2, "b")).isTrue();
    pass(59);
    assertThat(cache.containsKey(1)).isTrue();
    assertThat(cache.containsKey(2)).isTrue();
    pass(1);
    assertThat(cache.containsKey(1)).isFalse();
    assertThat(cache.containsKey(2)).isFalse();
    assertThat(TestCaches.statistics(cache).getFailedExpiryPolicies()).isEqualTo(2);
  }

  @Test
  void aCreationPolicyThatSaysNothingGivesAMinute() {
    Policy policy = new Policy();
    policy.creation = () -> null;
    StoreCache<Integer, String> cache = cache(ruled(policy));
    cache.put(1, "a");
    pass(59);
    assertThat(cache.containsKey(1)).isTrue();
    pass(1);
    assertThat(cache.containsKey(1)).isFalse();
  }

  @Test
  void throwingUpdateAndAccessPoliciesLeaveTheExpiry() {
    Policy policy = new Policy();
    policy.update = failing();
    policy.access = failing();
    StoreCache<Integer, String> cache = cache(ruled(policy));
    cache.put(1, "a");
    pass(1800);
    cache.put(1, "b");
    assertThat(cache.get(1)).isEqualTo("b");
    assertThat(cache.replace(1, "other", "c")).isFalse();
    pass(1799);
    assertThat(cache.get(1)).isEqualTo("b");
    pass(1);
    assertThat(cache.get(1)).isNull();
    assertThat(TestCaches.statistics(cache).getFailedExpiryPolicies()).isEqualTo(4);
  }

  @Test
  void zeroOnCreationStoresNothing() {
    Policy policy = new Policy();
    policy.creation = () -> ZERO;
    StoreCache<Integer, String> cache = cache(ruled(policy));
    List<String> events = record(cache);
    cache.put(1, "a");
    assertThat(cache.putIfAbsent(1, "a")).isFalse();
    assertThat(cache.containsKey(1)).isFalse();
    assertThat(events).isEmpty();
    assertThat(TestCaches.statistics(cache).getCachePuts()).isZero();
  }

  @Test
  void zeroOnUpdateEndsTheEntry() {
    Policy policy = new Policy();
    policy.update = () -> ZERO;
    StoreCache<Integer, String> cache = cache(ruled(policy));
    List<String> events = record(cache);
    cache.put(1, "a");
    cache.put(1, "b");
    assertThat(cache.containsKey(1)).isFalse();
    tickUntil(cache, events, 3);
    assertThat(events).containsExactly("CREATED a", "UPDATED b", "EXPIRED b");
  }

  @Test
  void zeroOnAccessEndsTheEntryAfterTheRead() {
    Policy policy = new Policy();
    policy.access = () -> ZERO;
    StoreCache<Integer, String> cache = cache(ruled(policy));
    List<String> events = record(cache);
    cache.put(1, "a");
    assertThat(cache.get(1)).isEqualTo("a");
    assertThat(cache.get(1)).isNull();
    tickUntil(cache, events, 2);
    assertThat(events).containsExactly("CREATED a", "EXPIRED a");
  }

  static Stream<Arguments> calls() {
    return Stream.of(
        due("put new", "create", c -> c.put(9, "x")),
        due("put", "update", c -> c.put(1, "x")),
        due("getAndPut new", "create", c -> c.getAndPut(9, "x")),
        due("getAndPut", "update", c -> c.getAndPut(1, "x")),
        due("putAll", "create update", c -> c.putAll(Map.of(1, "x", 9, "x"))),
        due("putIfAbsent new", "create", c -> c.putIfAbsent(9, "x")),
        due("putIfAbsent", "", c -> c.putIfAbsent(1, "x")),
        due("get", "access", c -> c.get(1)),
        due("get miss", "", c -> c.get(9)),
        due("getAll", "access access", c -> c.getAll(Set.of(1, 2, 9))),
        due("containsKey", "", c -> c.containsKey(1)),
        due("remove", "", c -> c.remove(1)),
        due("getAndRemove", "", c -> c.getAndRemove(1)),
        due("remove if equal", "", c -> c.remove(1, "a")),
        due("remove if not equal", "access", c -> c.remove(1, "z")),
        due("replace", "update", c -> c.replace(1, "x")),
        due("replace nothing", "", c -> c.replace(9, "x")),
        due("getAndReplace", "update", c -> c.getAndReplace(1, "x")),
        due("getAndReplace nothing", "", c -> c.getAndReplace(9, "x")),
        due("replace if equal", "update", c -> c.replace(1, "a", "x")),
        due("replace if not equal", "access", c -> c.replace(1, "z", "x")),
        due("replace nothing if equal", "", c -> c.replace(9, "z", "x")),
        due("removeAll", "", Cache::removeAll),
        due("removeAll keys", "", c -> c.removeAll(Set.of(1))),
        due("clear", "", Cache::clear),
        due("iterate", "access access", c -> c.forEach(entry -> {})),
        due("iterate to the first", "access", c -> c.iterator().next()),
        due("ask the iterator", "", c -> assertThat(c.iterator().hasNext()).isTrue()),
        due("process nothing", "", c -> c.invoke(1, (entry, none) -> null)),
        due("process exists", "", c -> c.invoke(1, (entry, none) -> entry.exists())),
        due("process get", "access", c -> c.invoke(1, (entry, none) -> entry.getValue())),
        due("process get twice", "access", c -> c.invoke(1, ExpiryTest::getTwice)),
        due("process set", "update", c -> c.invoke(1, ExpiryTest::set)),
        due("process get and set", "update", c -> c.invoke(1, ExpiryTest::getAndSet)),
        due("process set new", "create", c -> c.invoke(9, ExpiryTest::set)),
        due("process remove", "", c -> c.invoke(1, ExpiryTest::remove)));
  }

  private static Arguments due(
      String name, String calls, Consumer<Cache<Integer, String>> operation) {
    return Arguments.of(name, calls, operation);
  }

  private static Object set(
      javax.cache.processor.MutableEntry<Integer, String> entry, Object... none) {
    entry.setValue("x");
    return null;
  }

  private static Object getAndSet(
      javax.cache.processor.MutableEntry<Integer, String> entry, Object... none) {
    entry.getValue();
    return set(entry);
  }

  private static Object getTwice(
      javax.cache.processor.MutableEntry<Integer, String> entry, Object... none) {
    entry.getValue();
    return entry.getValue();
  }

  private static Object remove(
      javax.cache.processor.MutableEntry<Integer, String> entry, Object... none) {
    entry.remove();
    return null;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("calls")
  void thePolicyIsAskedExactlyWhenDue(
      String name, String calls, Consumer<Cache<Integer, String>> operation) {
    Policy policy = new Policy();
    Cache<Integer, String> cache = cache(ruled(policy));
    cache.put(1, "a");
    cache.put(2, "b");
    policy.calls.clear();
    operation.accept(cache);
    assertThat(policy.calls.stream().sorted().toList())
        .isEqualTo(Stream.of(calls.split(" ")).filter(c -> !c.isEmpty()).toList());
  }

  @Test
  void thePolicyIsAskedOnceForALoad() {
    Policy policy = new Policy();
    loader = (NearsideLoader<Integer, String>) (key, context) -> "loaded";
    Cache<Integer, String> cache = cache(ruled(policy));
    cache.get(1);
    assertThat(policy.calls).containsExactly("create");
    cache.loadAll(Set.of(1), true, null);
    assertThat(policy.calls).containsExactly("create", "update");
    cache.loadAll(Set.of(1), false, null);
    assertThat(policy.calls).hasSize(2);
    cache.loadAll(Set.of(2), true, null);
    assertThat(policy.calls).containsExactly("create", "update", "create");
  }

  private void pass(long seconds) {
    clock.pass(seconds(seconds));
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static int left(Cache<Integer, String> cache) {
    AtomicInteger count = new AtomicInteger();
    cache.forEach(entry -> count.incrementAndGet());
    return count.get();
  }

  private void tickUntil(StoreCache<Integer, String> cache, List<String> events, int count) {
    for (int i = 0; i < 10 && events.size() < count; i++) {
      clock.pass(Duration.ofMillis(100));
      cache.lifecycle().tick();
    }
  }

  private static List<String> record(Cache<Integer, String> cache) {
    List<String> events = new ArrayList<>();
    cache.registerCacheEntryListener(
        Listeners.of(event -> events.add(event.getEventType() + " " + event.getValue()), true));
    return events;
  }

  private static Supplier<javax.cache.expiry.Duration> failing() {
    return () -> {
      throw new IllegalThreadStateException("no expiry");
    };
  }

  private static ExpirySettings ruled(ExpiryPolicy policy) {
    return new ExpirySettings(() -> policy, null, null, null, null, JitterSettings.NONE);
  }

  private StoreCache<Integer, String> timed(Duration timeToLive, Duration sliding, Duration cap) {
    return cache(new ExpirySettings(null, timeToLive, sliding, cap, null, JitterSettings.NONE));
  }

  private StoreCache<Integer, String> cache(ExpirySettings expiry) {
    CacheMaker<Integer, String> made =
        new CacheMaker<Integer, String>(clock)
            .manager(caches.manager())
            .types(Integer.class, String.class)
            .expiry(expiry)
            .random(random);
    if (loader != null) {
      made.loader(loader);
    }
    StoreCache<Integer, String> cache = made.make("fake");
    cache.lifecycle().start();
    opened.add(cache);
    return cache;
  }

  private final List<Cache<?, ?>> opened = new ArrayList<>();

  @org.junit.jupiter.api.AfterEach
  void closeCaches() {
    opened.forEach(Cache::close);
  }

  /** Says an hour for everything unless told otherwise, and notes what it is asked. */
  private static final class Policy implements ExpiryPolicy {
    final List<String> calls = new ArrayList<>();
    Supplier<javax.cache.expiry.Duration> creation = () -> HOUR;
    Supplier<javax.cache.expiry.Duration> update = () -> HOUR;
    Supplier<javax.cache.expiry.Duration> access = () -> HOUR;

    @Override
    public javax.cache.expiry.Duration getExpiryForCreation() {
      calls.add("create");
      return creation.get();
    }

    @Override
    public javax.cache.expiry.Duration getExpiryForUpdate() {
      calls.add("update");
      return update.get();
    }

    @Override
    public javax.cache.expiry.Duration getExpiryForAccess() {
      calls.add("access");
      return access.get();
    }
  }
}
