package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nearside.config.AutoRefreshSettings;
import io.nearside.config.JitterSettings;
import io.nearside.config.LoadSettings;
import io.nearside.config.NotFoundSettings;
import io.nearside.store.CacheMaker;
import io.nearside.store.FakeClock;
import io.nearside.store.Keeping;
import io.nearside.store.local.LocalStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.integration.CacheLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Chosen keys are loaded anew at intervals; on a clock that the test moves. */
@Tag("any-jdk")
@Timeout(60)
class AutoRefreshTest {
  private static final Duration INTERVAL = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(200);
  private static final int CONCURRENCY = 3;

  @RegisterExtension final TestCaches caches = new TestCaches();

  private final FakeClock clock = new FakeClock();
  private final Source source = new Source();
  private final StoreCache<Integer, String> cache =
      cache(new AutoRefreshSettings(INTERVAL, STOP, CONCURRENCY));

  /** Says how often it was asked, and by how many at a time. */
  private static final class Source implements CacheLoader<Integer, String> {
    final Map<Integer, Integer> loads = new ConcurrentHashMap<>();
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    volatile @Nullable Semaphore gate;
    volatile Runnable meanwhile = () -> {};
    volatile boolean failing;
    volatile boolean empty;

    @Override
    public @Nullable String load(Integer key) {
      int now = running.incrementAndGet();
      try {
        most.accumulateAndGet(now, Math::max);
        Semaphore stopping = gate;
        if (stopping != null) {
          stopping.acquireUninterruptibly();
        }
        meanwhile.run();
        int count = loads.merge(key, 1, Integer::sum);
        if (failing) {
          throw new IllegalStateException("away");
        }
        return empty ? null : "v" + count;
      } finally {
        running.decrementAndGet();
      }
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> all = new HashMap<>();
      keys.forEach(key -> {
        String value = load(key);
        if (value != null) {
          all.put(key, value);
        }
      });
      return all;
    }

    int of(int key) {
      return loads.getOrDefault(key, 0);
    }
  }

  @AfterEach
  void close() {
    Semaphore stopping = source.gate;
    if (stopping != null) {
      stopping.release(1_000_000);
    }
    cache.close();
  }

  private void pass(Duration time) {
    await().until(cache::isAutoRefreshIdle);
    clock.pass(time);
    cache.lifecycle().tick();
  }

  private void awaitValue(int key, String value) {
    await().until(() -> value.equals(cache.get(key)));
  }

  private void awaitLoads(int key, int count) {
    await().until(() -> source.of(key) == count && cache.isAutoRefreshIdle());
  }

  @Test
  void whatIsChosenIsLoadedAtEachInterval() {
    cache.get(1);
    cache.get(2);
    cache.autoRefresh(Set.of(1));
    pass(INTERVAL.minusSeconds(1));
    assertThat(source.of(1)).isEqualTo(1);
    pass(Duration.ofSeconds(1));
    awaitValue(1, "v2");
    await().until(() -> TestCaches.statistics(cache).getRefreshes() == 1);
    pass(INTERVAL);
    awaitValue(1, "v3");
    assertThat(source.of(2)).as("what was not chosen").isEqualTo(1);
  }

  @Test
  void whatIsNotThereYetIsLoadedAtTheFirstInterval() {
    cache.autoRefresh(Set.of(1));
    assertThat(cache.containsKey(1)).isFalse();
    pass(INTERVAL);
    await().until(() -> cache.containsKey(1));
    assertThat(cache.get(1)).isEqualTo("v1");
  }

  @Test
  void whatNobodyReadsIsLeftAloneUntilSomebodyDoes() {
    cache.autoRefresh(Set.of(1));
    int loads = 0;
    for (Duration passed = INTERVAL; passed.compareTo(STOP) < 0; passed = passed.plus(INTERVAL)) {
      pass(INTERVAL);
      awaitLoads(1, ++loads);
    }
    pass(INTERVAL);
    assertThat(TestCaches.statistics(cache).getAutoRefreshedKeys()).isZero();
    pass(INTERVAL);
    assertThat(cache.get(1)).isEqualTo("v" + loads);
    assertThat(TestCaches.statistics(cache).getAutoRefreshedKeys()).isEqualTo(1);
    pass(Duration.ofSeconds(2));
    awaitValue(1, "v" + (loads + 1));
  }

  @Test
  void whatIsNotChosenAnyMoreIsLeftAlone() {
    cache.autoRefresh(Set.of(1, 2));
    cache.endAutoRefresh(Set.of(1));
    pass(INTERVAL);
    awaitLoads(2, 1);
    assertThat(source.of(1)).isZero();
    assertThat(TestCaches.statistics(cache).getAutoRefreshedKeys()).isEqualTo(1);
  }

  @Test
  void noMoreThanSoManyAtATime() {
    Semaphore gate = new Semaphore(0);
    source.gate = gate;
    Set<Integer> keys = new HashSet<>();
    for (int key = 0; key < 20; key++) {
      keys.add(key);
    }
    cache.autoRefresh(keys);
    pass(INTERVAL);
    await().until(() -> source.running.get() == CONCURRENCY);
    for (int i = 0; i < 5; i++) {
      clock.pass(Duration.ofSeconds(2));
      cache.lifecycle().tick(); // what is under way does not begin again
    }
    gate.release(1_000);
    keys.forEach(key -> await().until(() -> source.of(key) == 1));
    assertThat(source.most).hasValue(CONCURRENCY);
  }

  @Test
  void aFailureLeavesWhatIsThereAndIsCounted() {
    cache.get(1);
    cache.autoRefresh(Set.of(1));
    source.failing = true;
    pass(INTERVAL);
    await().until(() -> TestCaches.statistics(cache).getFailedRefreshes() == 1);
    source.failing = false;
    assertThat(cache.get(1)).isEqualTo("v1");
    pass(INTERVAL);
    awaitValue(1, "v3");
  }

  @Test
  void whatTheSourceHasNoMoreIsRemoved() {
    cache.get(1);
    cache.autoRefresh(Set.of(1));
    source.empty = true;
    pass(INTERVAL);
    await().until(() -> !cache.containsKey(1));
  }

  @Test
  void aClosedCacheLoadsNothing() {
    cache.autoRefresh(Set.of(1));
    cache.close();
    pass(INTERVAL);
    assertThat(source.loads).isEmpty();
    assertThatIllegalStateException().isThrownBy(() -> cache.autoRefresh(Set.of(1)));
  }

  @Test
  void thatTheSourceHasNoneAnyMoreIsRemembered() {
    NotFoundSettings remembered =
        new NotFoundSettings(Duration.ofHours(1), JitterSettings.NONE, 10, List.of());
    try (StoreCache<Integer, String> other =
        cache(new AutoRefreshSettings(INTERVAL, STOP, CONCURRENCY), remembered)) {
      other.get(1);
      other.autoRefresh(Set.of(1));
      source.empty = true;
      clock.pass(INTERVAL);
      other.lifecycle().tick();
      await()
          .until(
              () -> TestCaches.statistics(other).getRefreshes() == 1 && other.isAutoRefreshIdle());
      int loads = source.of(1);
      assertThat(other.get(1)).isNull();
      assertThat(source.of(1)).isEqualTo(loads);
    }
  }

  @Test
  void theKeysAreBounded() {
    Set<Integer> keys = new HashSet<>();
    for (int key = 0; key < AutoRefresher.MAXIMUM_KEYS; key++) {
      keys.add(key);
    }
    cache.autoRefresh(keys);
    cache.autoRefresh(keys); // no news
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.autoRefresh(Set.of(-1)))
        .withMessageContaining("at most 10000 keys")
        .withMessageContaining("there would be 10001: choose fewer");
  }

  @Test
  void withoutAnIntervalItIsRefused() {
    try (StoreCache<Integer, String> other = cache(null)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> other.autoRefresh(Set.of(1)))
          .withMessageContaining("needs refresh.interval");
    }
  }

  @Test
  void thatThereAreTooManyIsSaidOnce() {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("io.nearside.load");
    logger.addAppender(logged);
    logged.start();
    try {
      Set<Integer> keys = Set.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
      source.meanwhile = () -> clock.pass(INTERVAL);
      cache.autoRefresh(keys);
      pass(INTERVAL);
      keys.forEach(key -> await().until(() -> source.of(key) == 1));
      await().until(cache::isAutoRefreshIdle);
      source.meanwhile = () -> {};
      for (int i = 0; i < 3; i++) {
        keys.forEach(cache::get); // they are read
        pass(Duration.ofSeconds(2));
      }
      assertThat(logged.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .filteredOn(message -> message.contains(cache.getName()))
          .singleElement()
          .asString()
          .contains("9 keys are to be loaded anew every PT1M, but that takes this node about")
          .contains("3 at a time): raise refresh.interval or refresh.concurrency");
    } finally {
      logger.detachAppender(logged);
    }
  }

  @Test
  void allKeysTogetherTakeAsLongAsTheirLoadsOverThoseAtATime() {
    assertThat(AutoRefresher.estimate(200_000_000, 1_000, 4)).isEqualTo(50_000_000_000L);
    assertThat(AutoRefresher.estimate(0, 1_000, 4)).isZero();
  }

  private StoreCache<Integer, String> cache(@Nullable AutoRefreshSettings refresh) {
    return cache(refresh, null);
  }

  private StoreCache<Integer, String> cache(
      @Nullable AutoRefreshSettings refresh, @Nullable NotFoundSettings notFound) {
    StoreCache<Integer, String> made =
        new CacheMaker<Integer, String>(clock)
            .manager(caches.manager())
            .types(Integer.class, String.class)
            .timeToLive(Duration.ofHours(1))
            .loader(source)
            .load(LoadSettings.DEFAULT.with(refresh))
            .notFound(notFound)
            .stores(observer ->
                new LocalStore<>(
                    CacheMaker.bound(),
                    observer,
                    clock,
                    Keeping.NONE,
                    notFound == null ? 0 : notFound.maximumSize()))
            .random(new Random(1))
            .make("kept" + System.identityHashCode(refresh));
    made.lifecycle().start();
    return made;
  }
}
