package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearside.LoadContext;
import io.nearside.NearsideLoader;
import io.nearside.config.LoadSettings;
import io.nearside.config.RefreshSettings;
import io.nearside.store.CacheMaker;
import io.nearside.store.FakeClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is read late in its life is loaded anew; on a clock that the test moves. */
class RefresherTest {
  private static final int LIFE = 100;
  private static final int SOFT = 80;
  private static final int THROTTLE = 5;

  @RegisterExtension final TestCaches caches = new TestCaches();

  private final FakeClock clock = new FakeClock();
  private final Source source = new Source();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<StoreCache<Integer, String>> opened = new ArrayList<>();
  private boolean refusing;

  /** Says how often it was asked. */
  private static final class Source implements NearsideLoader<Integer, String> {
    final Map<Integer, Integer> loads = new HashMap<>();
    Runnable meanwhile = () -> {};
    @Nullable Duration life;
    boolean empty;

    @Override
    public @Nullable String load(Integer key, LoadContext context) {
      int count = loads.merge(key, 1, Integer::sum);
      meanwhile.run();
      if (life != null) {
        context.timeToLive(life);
      }
      return empty ? null : "v" + count;
    }
  }

  @AfterEach
  void close() {
    opened.forEach(StoreCache::close);
  }

  @Test
  void theFirstLateReadGetsWhatThereIsAndHasItLoadedAnew() {
    StoreCache<Integer, String> cache = cache();
    assertThat(cache.get(1)).isEqualTo("v1");
    pass(SOFT - 1);
    assertThat(cache.get(1)).isEqualTo("v1");
    assertThat(tasks).isEmpty();
    pass(1);
    assertThat(cache.get(1)).isEqualTo("v1");
    work();
    assertThat(cache.get(1)).isEqualTo("v2");
    pass(LIFE - 1); // its life has begun anew
    assertThat(cache.get(1)).isEqualTo("v2");
    assertThat(source.loads).containsEntry(1, 2);
    assertThat(TestCaches.statistics(cache).getRefreshes()).isEqualTo(1);
  }

  @Test
  void whatNobodyReadsExpires() {
    StoreCache<Integer, String> cache = cache();
    cache.get(1);
    pass(LIFE);
    assertThat(cache.containsKey(1)).isFalse();
    assertThat(tasks).isEmpty();
  }

  @Test
  void manyReadsAreOneLoad() {
    StoreCache<Integer, String> cache = cache();
    cache.get(1);
    cache.get(2);
    pass(SOFT);
    for (int i = 0; i < 100; i++) {
      cache.get(1);
      cache.getAll(Set.of(1, 2));
    }
    work();
    assertThat(source.loads).containsExactlyInAnyOrderEntriesOf(Map.of(1, 2, 2, 2));
  }

  @Test
  void aReloadIsAnUpdate() {
    StoreCache<Integer, String> cache = cache();
    List<String> events = new ArrayList<>();
    cache.get(1);
    cache.registerCacheEntryListener(
        Listeners.of(event -> events.add(event.getEventType() + " " + event.getValue()), true));
    pass(SOFT);
    cache.get(1);
    work();
    assertThat(events).containsExactly("UPDATED v2");
  }

  @Test
  void aFailureLeavesTheEntryAndItsKeyAlone() {
    StoreCache<Integer, String> cache = cache();
    cache.get(1);
    source.meanwhile =
        () -> {
          throw new IllegalStateException("away");
        };
    pass(SOFT);
    for (int i = 0; i < THROTTLE; i++) {
      assertThat(cache.get(1)).isEqualTo("v1");
      work();
      pass(1);
    }
    assertThat(source.loads).containsEntry(1, 2);
    assertThat(TestCaches.statistics(cache).getFailedRefreshes()).isEqualTo(1);
    cache.get(1);
    work();
    assertThat(source.loads).as("when the throttle is over").containsEntry(1, 3);
    source.meanwhile = () -> {};
    pass(THROTTLE);
    cache.get(1);
    work();
    assertThat(cache.get(1)).isEqualTo("v4");
    assertThat(TestCaches.statistics(cache).getRefreshes()).isEqualTo(1);
  }

  @Test
  void whatTheSourceHasNoMoreIsRemoved() {
    StoreCache<Integer, String> cache = cache();
    cache.get(1);
    source.empty = true;
    pass(SOFT);
    assertThat(cache.get(1)).isEqualTo("v1");
    work();
    assertThat(cache.containsKey(1)).isFalse();
  }

  @Test
  void whatWasPutMeanwhileStays() {
    StoreCache<Integer, String> cache = cache();
    cache.get(1);
    cache.get(2);
    source.meanwhile = () -> source.loads.keySet().forEach(key -> cache.put(key, "put"));
    pass(SOFT);
    cache.get(1);
    work();
    assertThat(cache.get(1)).isEqualTo("put");
    source.empty = true;
    pass(SOFT);
    cache.get(2);
    work();
    assertThat(cache.get(2)).as("the source had none before it was put").isEqualTo("put");
  }

  @Test
  void anotherRefreshCountsAsThisOne() {
    StoreCache<Integer, String> cache = cache();
    cache.get(1);
    pass(SOFT);
    cache.get(1);
    cache.put(1, "put");
    work();
    assertThat(cache.get(1)).isEqualTo("put");
    assertThat(source.loads).containsEntry(1, 1);
  }

  @Test
  void withoutRoomLaterReadsTryAgain() {
    StoreCache<Integer, String> cache = cache();
    cache.get(1);
    pass(SOFT);
    refusing = true;
    assertThat(cache.get(1)).isEqualTo("v1");
    refusing = false;
    assertThat(cache.get(1)).isEqualTo("v1");
    work();
    assertThat(cache.get(1)).isEqualTo("v2");
  }

  @Test
  void noMoreThanSoManyWait() {
    StoreCache<Integer, String> cache = cache();
    int keys = 3_000;
    for (int key = 0; key < keys; key++) {
      cache.put(key, "v");
    }
    pass(SOFT);
    for (int key = 0; key < keys; key++) {
      cache.get(key);
    }
    assertThat(tasks).hasSizeLessThanOrEqualTo(4);
    work();
    assertThat(source.loads).hasSize(1_000);
  }

  @Test
  void aLifeThatTheLoaderHasChosenIsNotKnownHere() {
    StoreCache<Integer, String> cache = cache();
    source.life = Duration.ofSeconds(10);
    cache.get(1);
    pass(9);
    cache.get(1);
    assertThat(tasks).isEmpty();
  }

  @Test
  void byChanceItIsTheLikelierTheSoonerItExpires() {
    for (int timesTheLoad : new int[] {3, 1}) {
      StoreCache<Integer, String> cache = cache(null);
      source.meanwhile = () -> pass(10);
      cache.get(0);
      source.meanwhile = () -> {};
      source.loads.clear();
      int keys = 900; // no more wait
      for (int key = 1; key <= keys; key++) {
        cache.put(key, "v");
      }
      pass(LIFE - 10L * timesTheLoad);
      for (int key = 1; key <= keys; key++) {
        assertThat(cache.get(key)).isEqualTo("v");
      }
      work();
      double due = Math.exp(-timesTheLoad);
      assertThat(source.loads.size() / (double) keys)
          .isEqualTo(due, within(5 * Math.sqrt(due * (1 - due) / keys)));
      assertThat(TestCaches.statistics(cache).getRefreshes()).isEqualTo(source.loads.size());
    }
  }

  private void pass(long seconds) {
    clock.pass(Duration.ofSeconds(seconds));
  }

  private void work() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private void take(Runnable task) {
    if (refusing) {
      throw new RejectedExecutionException("no room");
    }
    tasks.add(task);
  }

  private StoreCache<Integer, String> cache() {
    return cache(SOFT / (double) LIFE);
  }

  /**
   * @param part of the life after which it is late; null: by chance
   */
  private StoreCache<Integer, String> cache(@Nullable Double part) {
    RefreshSettings refresh =
        new RefreshSettings(part, Duration.ofSeconds(LIFE), Duration.ofSeconds(THROTTLE));
    StoreCache<Integer, String> cache =
        new CacheMaker<Integer, String>(clock)
            .manager(caches.manager())
            .types(Integer.class, String.class)
            .timeToLive(Duration.ofSeconds(LIFE))
            .loader(source)
            .load(
                new LoadSettings(null, LoadSettings.UNBOUNDED, LoadSettings.DEFAULT_LEASE, refresh))
            .random(new Random(1))
            .loads(this::take)
            .make("refreshed" + opened.size());
    cache.lifecycle().start();
    opened.add(cache);
    return cache;
  }
}
