package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.RelatedKeys;
import io.nearside.WarmOptions;
import io.nearside.Warming;
import io.nearside.config.NearsideConfiguration;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys that are loaded before somebody asks for them. */
@Timeout(60)
class WarmTest {
  private static final WarmOptions FAST = new WarmOptions(4, 1_000_000);

  @RegisterExtension final TestCaches caches = new TestCaches();

  private final Source source = new Source();
  private final NearsideCache<Integer, String> cache = cache("warm", source);

  /** Has all keys but the negative ones. */
  private static final class Source implements CacheLoader<Integer, String> {
    final AtomicInteger loads = new AtomicInteger();
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    volatile @Nullable Semaphore gate;
    volatile int broken = Integer.MIN_VALUE;

    @Override
    public @Nullable String load(Integer key) {
      loads.incrementAndGet();
      if (key == broken) {
        throw new IllegalStateException("no " + key);
      }
      return key < 0 ? null : "v" + key;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      try {
        Semaphore stopping = gate;
        if (stopping != null) {
          stopping.acquireUninterruptibly();
        }
        Map<Integer, String> all = new HashMap<>();
        keys.forEach(key -> {
          String value = load(key);
          if (value != null) {
            all.put(key, value);
          }
        });
        return all;
      } finally {
        running.decrementAndGet();
      }
    }
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(String name, @Nullable Source loader) {
    var builder =
        NearsideConfiguration.builder(Integer.class, String.class)
            .timeToLive(Duration.ofHours(1))
            .statistics(true);
    Cache<Integer, String> made =
        caches
            .manager()
            .createCache(name, (loader == null ? builder : builder.loader(loader)).build());
    return made.unwrap(NearsideCache.class);
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static Warming end(Warming warming) {
    return warming.completion().toCompletableFuture().orTimeout(50, TimeUnit.SECONDS).join();
  }

  @Test
  void whatIsNotThereIsLoadedAndItsUseCounted() {
    cache.put(1, "put");
    Warming warming = end(cache.warm(upTo(200), FAST));
    assertThat(warming.total()).isEqualTo(200);
    assertThat(warming.done()).isEqualTo(200);
    assertThat(warming.loaded()).isEqualTo(199);
    assertThat(warming.failed()).isZero();
    assertThat(warming.firstFailure()).isNull();
    assertThat(warming.isCancelled()).isFalse();
    assertThat(source.loads).hasValue(199);
    assertThat(cache.get(1)).isEqualTo("put");
    assertThat(cache.get(7)).isEqualTo("v7");
    assertThat(cache.get(7)).isEqualTo("v7");
    assertThat(cache.getAll(Set.of(8, 9))).hasSize(2);
    assertThat(source.loads).hasValue(199);
    assertThat(TestCaches.statistics(cache).getWarmedKeys()).isEqualTo(199);
    assertThat(TestCaches.statistics(cache).getWarmedHits()).isEqualTo(3);
  }

  @Test
  void whatWasMissedAgainWasNotWarmed() {
    end(cache.warm(List.of(1), FAST));
    cache.remove(1);
    cache.get(1);
    cache.get(1);
    assertThat(TestCaches.statistics(cache).getWarmedHits()).isZero();
  }

  @Test
  void whatTheSourceHasNotIsDoneToo() {
    Warming warming = end(cache.warm(List.of(-1, 1), FAST));
    assertThat(warming.done()).isEqualTo(2);
    assertThat(warming.loaded()).isEqualTo(1);
  }

  @Test
  void failuresAreCountedAndDisturbNobody() {
    source.broken = 2;
    Warming warming = end(cache.warm(upTo(4), new WarmOptions(1, 10))); // one by one
    assertThat(warming.done()).isEqualTo(3);
    assertThat(warming.failed()).isEqualTo(1);
    assertThat(warming.firstFailure()).hasMessageContaining("no 2");
    assertThat(cache.containsKey(3)).isTrue();
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void keysOfAnotherTypeFail() {
    Warming warming = end(((NearsideCache) cache).warm(List.of("a", 1), FAST));
    assertThat(warming.failed()).isEqualTo(1);
    assertThat(warming.firstFailure()).isInstanceOf(ClassCastException.class);
    assertThat(warming.done()).isEqualTo(1);
  }

  @Test
  void noMoreThanSoManyAtATimeAndNoneAfterItIsCancelled() {
    Semaphore gate = new Semaphore(0);
    source.gate = gate;
    Warming warming = cache.warm(upTo(10_000), FAST.withConcurrency(3));
    await().until(() -> source.running.get() == 3);
    assertThat(warming.completion().toCompletableFuture()).isNotDone();
    warming.cancel();
    gate.release(1_000_000);
    end(warming);
    assertThat(warming.isCancelled()).isTrue();
    assertThat(warming.done()).isBetween(1L, 9_999L);
    assertThat(source.most).hasValue(3);
  }

  @Test
  void itGoesNoFasterThanAgreed() {
    long start = System.nanoTime();
    end(cache.warm(upTo(20), new WarmOptions(4, 40)));
    assertThat(System.nanoTime() - start).isGreaterThan(300_000_000L);
  }

  @Test
  void anIteratorsKeysAreCountedWhenItEnds() {
    Semaphore gate = new Semaphore(0);
    source.gate = gate;
    Iterator<Integer> endless = Stream.iterate(0, key -> key + 1).limit(5_000).iterator();
    Warming warming = cache.warm(endless, FAST);
    assertThat(warming.total()).isEqualTo(Warming.UNKNOWN);
    gate.release(1_000_000);
    assertThat(end(warming).total()).isEqualTo(5_000);
    assertThat(warming.done()).isEqualTo(5_000);
  }

  @Test
  void whatAnIteratorThrowsEndsIt() {
    Iterator<Integer> broken =
        Stream.of(1, 2, 3)
            .map(key -> {
              if (key == 3) {
                throw new IllegalStateException("no more");
              }
              return key;
            })
            .iterator();
    assertThatThrownBy(() -> end(cache.warm(broken, FAST)))
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("no more");
  }

  @Test
  void anotherCachesKeysAreLoadedHere() {
    NearsideCache<Integer, String> other = cache("other", null);
    other.put(4, "x");
    other.put(5, "y");
    assertThat(end(cache.warmLike(other, FAST)).loaded()).isEqualTo(2);
    assertThat(cache.get(4)).isEqualTo("v4");
  }

  @Test
  void soManyAtATimeAndACloseEndsThem() {
    Semaphore gate = new Semaphore(0);
    source.gate = gate;
    List<Warming> under =
        Stream.generate(() -> cache.warm(upTo(1_000), FAST)).limit(Warmer.MAXIMUM).toList();
    assertThatIllegalStateException()
        .isThrownBy(() -> cache.warm(upTo(1), FAST))
        .withMessageContaining("4 warmings are under way already: await or cancel one");
    cache.close();
    gate.release(1_000_000);
    under.forEach(WarmTest::end);
    assertThat(under).allMatch(Warming::isCancelled);
    assertThatIllegalStateException().isThrownBy(() -> cache.warm(upTo(1), FAST));
  }

  @Test
  void withoutALoaderItIsRefused() {
    NearsideCache<Integer, String> bare = cache("bare", null);
    assertThatIllegalStateException()
        .isThrownBy(() -> bare.warm(upTo(1), FAST))
        .withMessageContaining("cache \"bare\": warm needs a loader");
  }

  @Test
  void optionsHaveRanges() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FAST.withConcurrency(65))
        .withMessage("concurrency must be 1 to 64, was 65");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FAST.withKeysPerSecond(0))
        .withMessage("keysPerSecond must be 1 to 1000000, was 0");
  }

  @Test
  void aRuleLeadsToRelatedKeys() {
    RelatedKeys rule = RelatedKeys.of("user:{id}", "user:{id}:settings", "rights:{id}");
    assertThat(rule.relatedTo("user:7")).containsExactly("user:7:settings", "rights:7");
    assertThat(rule.relatedTo("user:a.b$1")).containsExactly("user:a.b$1:settings", "rights:a.b$1");
    assertThat(rule.relatedTo("user:7:settings")).isEmpty();
    assertThat(rule.relatedTo("order:7")).isEmpty();
    assertThat(rule.with(List.of("user:1", "x").iterator()))
        .toIterable()
        .containsExactly("user:1", "user:1:settings", "rights:1", "x");
    RelatedKeys two = RelatedKeys.of("{shop}:order:{id}", "{id}@{shop}");
    assertThat(two.relatedTo("de:order:9")).containsExactly("9@de");
  }

  @Test
  void aRuleThatCanNotBeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RelatedKeys.of("user:{id}", "user:{name}"))
        .withMessage("\"user:{name}\" has {name}, which \"user:{id}\" has not");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RelatedKeys.of("{id}:{id}"))
        .withMessage("\"{id}:{id}\" must have {id} once, has it twice");
  }
}
