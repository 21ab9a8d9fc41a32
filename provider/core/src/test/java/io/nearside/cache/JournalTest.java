package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.ParkedWrite;
import io.nearside.WriteQueue;
import io.nearside.config.NearsideConfigurationBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Changes of local caches that wait on disk for their source. */
@Timeout(60)
class JournalTest {
  private static final Duration SOON = Duration.ofMillis(1);
  private static final Duration NEVER = Duration.ofHours(1);

  @RegisterExtension final TestCaches caches = new TestCaches();

  @TempDir Path folder;

  private final Map<Integer, String> source = new ConcurrentHashMap<>();
  private volatile boolean refuses;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /** Fails while it is told to. */
  private final class Writer implements CacheWriter<Integer, String> {
    private void pass() {
      try {
        if (!gate.await(30, TimeUnit.SECONDS) || refuses) {
          throw new CacheWriterException("refused");
        }
      } catch (InterruptedException e) {
        throw new CacheWriterException("interrupted", e);
      }
    }

    @Override
    public void write(Cache.Entry<? extends Integer, ? extends String> entry) {
      pass();
      source.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {
      pass();
      entries.forEach(entry -> source.put(entry.getKey(), entry.getValue()));
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      pass();
      source.remove(key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      pass();
      keys.forEach(source::remove);
      keys.clear();
    }
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(
      Consumer<NearsideConfigurationBuilder<Integer, String>.WriteBehindBuilder> tuning) {
    NearsideConfigurationBuilder<Integer, String> builder =
        TestCaches.<Integer, String>big()
            .writer(new Writer())
            .writeBehind(queue -> tuning.accept(queue.journal(folder)));
    return caches.manager().createCache("orders", builder.build()).unwrap(NearsideCache.class);
  }

  private static WriteQueue<Integer, String> queue(NearsideCache<Integer, String> cache) {
    return Objects.requireNonNull(cache.writeQueue());
  }

  private static void awaitEmpty(NearsideCache<Integer, String> cache) {
    await().until(() -> queue(cache).depth() == 0);
  }

  @Test
  void closingUnderLoadLosesNothingThatWasAcknowledged() {
    NearsideCache<Integer, String> first =
        cache(queue -> queue.flushInterval(NEVER).batchSize(50).maximumDepth(200));
    Map<Integer, String> acknowledged = new ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int from = t * 10_000_000;
      threads.add(Crew.start(() -> WriteBehindTest.putUntilClosed(first, from, acknowledged)));
    }
    await().until(() -> acknowledged.size() > 500);
    long start = System.nanoTime();
    first.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    threads.forEach(Crew::join);
    awaitEmpty(cache(queue -> queue.flushInterval(SOON))); // what the file still had
    assertThat(source).containsAllEntriesOf(acknowledged);
  }

  @Test
  void whatTheSourceDidNotTakeIsWrittenByTheNextCache() {
    source.put(4, "old");
    refuses = true;
    NearsideCache<Integer, String> first =
        cache(queue -> queue.flushInterval(NEVER).maxAttempts(2));
    first.put(1, "a");
    first.putAll(Map.of(2, "b", 3, "c"));
    first.remove(4);
    first.put(1, "a2");
    first.close();
    assertThat(source).containsOnly(Map.entry(4, "old"));

    NearsideCache<Integer, String> second = cache(queue -> queue.flushInterval(NEVER));
    assertThat(queue(second).depth()).isEqualTo(4);
    assertThat(second.get(1)).as("what waits is read").isEqualTo("a2");
    assertThat(second.get(4)).isNull();
    for (ParkedWrite<Integer, String> parked : queue(second).parked()) {
      assertThat(parked.failure()).contains("refused");
      assertThat(queue(second).replay(parked.key())).isTrue();
    }
    refuses = false;
    second.close();
    assertThat(source).containsOnly(Map.entry(1, "a2"), Map.entry(2, "b"), Map.entry(3, "c"));

    NearsideCache<Integer, String> third = cache(queue -> queue.flushInterval(SOON));
    assertThat(queue(third).depth()).as("it was written once").isZero();
  }

  @Test
  void whatWasParkedIsParkedStill() {
    refuses = true;
    NearsideCache<Integer, String> first = cache(queue -> queue.flushInterval(SOON).maxAttempts(1));
    first.put(1, "a");
    first.put(2, "b");
    await().until(() -> queue(first).parked().size() == 2);
    assertThat(queue(first).drop(2)).isTrue();
    first.close();

    refuses = false;
    NearsideCache<Integer, String> second = cache(queue -> queue.flushInterval(SOON));
    assertThat(queue(second).parked()).hasSize(1);
    assertThat(queue(second).parked().get(0).value()).isEqualTo("a");
    assertThat(queue(second).parked().get(0).attempts()).isEqualTo(1);
    second.put(1, "newer");
    awaitEmpty(second);
    assertThat(source).containsOnly(Map.entry(1, "newer"));
  }

  @Test
  void destroyingLeavesWhatTheSourceDidNotTake() {
    refuses = true;
    NearsideCache<Integer, String> first = cache(queue -> queue.flushInterval(SOON).maxAttempts(1));
    first.put(1, "a");
    caches.manager().destroyCache("orders");
    assertThat(queue(cache(queue -> queue.flushInterval(SOON))).depth()).isEqualTo(1);
  }

  @Test
  void aWriteThatIsUnderWayMayBeOvertaken() {
    gate = new CountDownLatch(1);
    NearsideCache<Integer, String> cache = cache(queue -> queue.flushInterval(SOON).batchSize(1));
    cache.put(1, "a");
    cache.put(1, "b");
    cache.put(1, "c");
    gate.countDown();
    awaitEmpty(cache);
    assertThat(source).containsOnly(Map.entry(1, "c"));
    cache.close();
    assertThat(queue(cache(queue -> queue.flushInterval(SOON))).depth()).isZero();
  }

  @Test
  void moreBytesThanMayWaitAreRefused() {
    refuses = true;
    NearsideCache<Integer, String> cache =
        cache(queue -> queue.flushInterval(NEVER).fail().maximumBytes(1_000));
    cache.put(1, "x".repeat(400));
    assertThatExceptionOfType(CacheWriterException.class)
        .isThrownBy(() -> cache.put(2, "x".repeat(800)))
        .withMessageContaining("writeBehind.maximumBytes")
        .withMessageContaining("nothing was changed");
    assertThat(cache.containsKey(2)).isFalse();
    assertThatExceptionOfType(CacheWriterException.class)
        .isThrownBy(() -> cache.putAll(Map.of(1, "y", 3, "x".repeat(1_500))))
        .withMessageContaining("at most 1000");
    assertThat(cache.containsKey(3)).isFalse();
    cache.put(1, "z");
    cache.put(2, "x".repeat(400));
    assertThat(queue(cache).depth()).isEqualTo(2);
    refuses = false;
  }

  @Test
  void whatTheCodecCantCarryIsRefused() {
    NearsideConfigurationBuilder<Integer, Object> builder =
        TestCaches.<Integer, Object>big()
            .storeByValue(false)
            .writer((CacheWriter<Integer, Object>) (CacheWriter<?, ?>) new Writer())
            .writeBehind(queue -> queue.journal(folder));
    Cache<Integer, Object> cache = caches.cache(builder);
    assertThatExceptionOfType(CacheWriterException.class)
        .isThrownBy(() -> cache.put(1, new Thread("no value")))
        .withMessageContaining("writeBehind.journal");
    assertThat(cache.containsKey(1)).isFalse();
  }

  @Test
  void eachCacheHasItsOwnFile() {
    NearsideCache<Integer, String> orders = cache(queue -> queue.flushInterval(SOON));
    NearsideConfigurationBuilder<Integer, String> builder =
        TestCaches.<Integer, String>big()
            .writer(new Writer())
            .writeBehind(queue -> queue.flushInterval(SOON).journal(folder));
    Cache<Integer, String> other = caches.manager().createCache("others", builder.build());
    orders.put(1, "a");
    other.put(2, "b");
    awaitEmpty(orders);
    await().until(() -> source.keySet().equals(Set.of(1, 2)));
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> caches.managerWith("x", "y").createCache("orders", builder.build()))
        .withMessageContaining("cache \"orders\"")
        .withMessageContaining("is in use");
    orders.put(3, "c");
    awaitEmpty(orders);
  }
}
