package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryOptions;
import io.nearside.LoadContext;
import io.nearside.NearsideCache;
import io.nearside.NearsideLoader;
import io.nearside.ParkedWrite;
import io.nearside.WriteQueue;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.observe.NearsideWriteQueueMXBean;
import io.nearside.store.Seeds;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import javax.cache.integration.CompletionListenerFuture;
import javax.management.JMX;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes that reach their source later. */
@Timeout(60)
class WriteBehindTest {
  private static final Duration SOON = Duration.ofMillis(1);
  private static final Duration NEVER = Duration.ofHours(1);

  @RegisterExtension final TestCaches caches = new TestCaches();

  private final Source source = new Source();

  @AfterEach
  void heal() {
    source.refuses = key -> false;
    source.gate.countDown();
  }

  private NearsideCache<Integer, String> cache(
      Consumer<NearsideConfigurationBuilder<Integer, String>.WriteBehindBuilder> tuning) {
    return cache(null, tuning);
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(
      @Nullable CacheLoader<Integer, String> loader,
      Consumer<NearsideConfigurationBuilder<Integer, String>.WriteBehindBuilder> tuning) {
    NearsideConfigurationBuilder<Integer, String> builder =
        TestCaches.<Integer, String>big().writer(source).writeBehind(tuning);
    if (loader != null) {
      builder.loader(loader);
    }
    return caches.cache(builder).unwrap(NearsideCache.class);
  }

  private static WriteQueue<Integer, String> queue(NearsideCache<Integer, String> cache) {
    return Objects.requireNonNull(cache.writeQueue());
  }

  private static void awaitEmpty(NearsideCache<Integer, String> cache) {
    await().until(() -> queue(cache).depth() == 0);
  }

  /** A map that can be made to hang and to fail, and remembers what it was asked. */
  private static final class Source implements CacheWriter<Integer, String> {
    final Map<Integer, String> content = new ConcurrentHashMap<>();
    final Map<Integer, List<String>> history = new ConcurrentHashMap<>();
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    volatile Predicate<Integer> refuses = key -> false;
    volatile CountDownLatch gate = new CountDownLatch(0);

    private void pass() {
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CacheWriterException("interrupted", e);
      }
    }

    private void change(Integer key, @Nullable String value) {
      if (refuses.test(key)) {
        throw new CacheWriterException("refused " + key);
      }
      history
          .computeIfAbsent(key, none -> new CopyOnWriteArrayList<>())
          .add(value == null ? "-" : value);
      if (value == null) {
        content.remove(key);
      } else {
        content.put(key, value);
      }
    }

    @Override
    public void write(Cache.Entry<? extends Integer, ? extends String> entry) {
      pass();
      batches.add(1);
      change(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {
      pass();
      batches.add(entries.size());
      for (var left = entries.iterator(); left.hasNext(); left.remove()) {
        var entry = left.next();
        change(entry.getKey(), entry.getValue());
      }
    }

    @Override
    public void delete(Object key) {
      pass();
      change((Integer) key, null);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      pass();
      for (var left = keys.iterator(); left.hasNext(); left.remove()) {
        change((Integer) left.next(), null);
      }
    }
  }

  @Test
  void changesReachTheSourceLaterAndInBatches() {
    NearsideCache<Integer, String> cache = cache(queue -> queue.flushInterval(NEVER).batchSize(10));
    for (int i = 0; i < 9; i++) {
      cache.put(i, "v" + i);
    }
    assertThat(source.content).isEmpty();
    assertThat(queue(cache).depth()).isEqualTo(9);
    assertThat(cache.get(3)).isEqualTo("v3");
    cache.put(9, "v9");
    await().until(() -> source.content.size() == 10);
    assertThat(source.batches).containsExactly(10);
    assertThat(queue(cache).written()).isEqualTo(10);
  }

  @Test
  void whatIsNotABatchIsWrittenAfterTheFlushInterval() {
    NearsideCache<Integer, String> cache =
        cache(queue -> queue.flushInterval(Duration.ofMillis(50)).batchSize(10));
    cache.put(1, "a");
    cache.remove(2);
    await().until(() -> source.history.size() == 2);
    assertThat(source.content).isEqualTo(Map.of(1, "a"));
    awaitEmpty(cache);
    assertThat(queue(cache).lag()).isZero();
  }

  @Test
  void newerWritesOfAKeyTakeThePlaceOfOlderOnes() {
    source.gate = new CountDownLatch(1);
    NearsideCache<Integer, String> cache = cache(queue -> queue.flushInterval(SOON));
    for (int i = 0; i < 100; i++) {
      cache.put(1, "v" + i);
    }
    cache.put(2, "a");
    cache.remove(2);
    source.gate.countDown();
    awaitEmpty(cache);
    assertThat(source.content).isEqualTo(Map.of(1, "v99"));
    assertThat(source.history.get(1)).hasSizeLessThan(4);
    assertThat(queue(cache).coalesced()).isGreaterThan(90);
  }

  @Test
  void whateverFailsTheSourceHasInTheEndWhatTheCacheHas() throws Exception {
    RandomGenerator seeds = Seeds.random(Seeds.seed("WriteBehindTest"));
    AtomicInteger asked = new AtomicInteger();
    source.refuses = key -> asked.incrementAndGet() % 7 == 0;
    NearsideCache<Integer, String> cache =
        cache(queue -> queue.flushInterval(SOON).batchSize(5).maxAttempts(1_000));
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      int first = t * 10;
      RandomGenerator random = Seeds.random(seeds.nextLong());
      threads.add(
          CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 2_000; i++) {
              someChange(cache, random, first + random.nextInt(10), String.format("%05d", i));
            }
          }));
    }
    for (CompletableFuture<Void> thread : threads) {
      thread.get(40, TimeUnit.SECONDS);
    }
    source.refuses = key -> false;
    awaitEmpty(cache);
    Map<Integer, String> content = new HashMap<>();
    cache.forEach(entry -> content.put(entry.getKey(), entry.getValue()));
    assertThat(source.content).isEqualTo(content);
    source.history.values().forEach(WriteBehindTest::isInOrder);
  }

  private static void someChange(
      Cache<Integer, String> cache, RandomGenerator random, int key, String value) {
    switch (random.nextInt(7)) {
      case 0 -> cache.remove(key);
      case 1 -> cache.putAll(Map.of(key, value));
      case 2 -> cache.removeAll(Set.of(key));
      case 3 -> cache.putIfAbsent(key, value);
      case 4 ->
          cache.invoke(
              key,
              (entry, none) -> {
                entry.setValue(value);
                return null;
              });
      case 5 -> cache.replace(key, value);
      default -> cache.put(key, value);
    }
  }

  private static void isInOrder(List<String> history) {
    assertThat(history.stream().filter(value -> !value.equals("-")).toList()).isSorted();
  }

  @Test
  void whatFailsTooOftenIsParkedAndHoldsUpNobody() {
    source.refuses = key -> key == 1;
    NearsideCache<Integer, String> cache = cache(queue -> queue.flushInterval(SOON).maxAttempts(2));
    cache.putAll(Map.of(1, "a", 2, "b", 3, "c"));
    await().until(() -> queue(cache).parked().size() == 1);
    assertThat(source.content).isEqualTo(Map.of(2, "b", 3, "c"));
    assertThat(queue(cache).depth()).isEqualTo(1);
    assertThat(queue(cache).lag()).as("it does not count as late").isZero();
    ParkedWrite<Integer, String> parked = queue(cache).parked().get(0);
    assertThat(parked.key()).isEqualTo(1);
    assertThat(parked.value()).isEqualTo("a");
    assertThat(parked.attempts()).isEqualTo(2);
    assertThat(parked.failure()).contains("refused 1");
    assertThat(queue(cache).replay(2)).isFalse();
    source.refuses = key -> false;
    assertThat(queue(cache).replay(1)).isTrue();
    awaitEmpty(cache);
    assertThat(source.content).containsEntry(1, "a");
  }

  @Test
  void whatIsParkedIsDroppedWhenAskedOrWhenANewerWriteComes() {
    source.refuses = key -> true;
    NearsideCache<Integer, String> cache = cache(queue -> queue.flushInterval(SOON).maxAttempts(1));
    cache.put(1, "a");
    cache.remove(2);
    await().until(() -> queue(cache).parked().size() == 2);
    assertThat(queue(cache).drop(2)).isTrue();
    assertThat(queue(cache).drop(2)).isFalse();
    source.refuses = key -> false;
    cache.put(1, "b");
    awaitEmpty(cache);
    assertThat(source.history).isEqualTo(Map.of(1, List.of("b")));
  }

  @Test
  void aFullQueueRefusesAndChangesNothing() {
    source.gate = new CountDownLatch(1);
    NearsideCache<Integer, String> cache =
        cache(queue -> queue.flushInterval(NEVER).batchSize(1_000).maximumDepth(3).fail());
    cache.putAll(Map.of(1, "a", 2, "a", 3, "a"));
    assertThatThrownBy(() -> cache.put(4, "a"))
        .isInstanceOf(CacheWriterException.class)
        .hasMessageContaining(cache.getName())
        .hasMessageContaining("writeBehind.maximumDepth")
        .hasMessageContaining("writeBehind.whenFull");
    assertThat(cache.containsKey(4)).isFalse();
    cache.put(1, "b");
    assertThat(cache.get(1)).as("needs no room").isEqualTo("b");
    assertThatThrownBy(() -> cache.putAll(Map.of(4, "a", 5, "a")))
        .isInstanceOf(CacheWriterException.class);
    assertThatThrownBy(() -> cache.remove(6)).isInstanceOf(CacheWriterException.class);
    assertThat(queue(cache).depth()).isEqualTo(3);
  }

  @Test
  void aChangeWaitsForRoom() {
    NearsideCache<Integer, String> cache =
        cache(queue ->
            queue.flushInterval(SOON).batchSize(1).maximumDepth(1).block(Duration.ofSeconds(30)));
    for (int i = 0; i < 50; i++) {
      cache.put(i, "v");
    }
    awaitEmpty(cache);
    assertThat(source.content).hasSize(50);
  }

  @Test
  void aLateSourceTakesNoMoreThanItsLag() {
    source.gate = new CountDownLatch(1);
    NearsideCache<Integer, String> cache =
        cache(queue -> queue.flushInterval(SOON).maximumLag(Duration.ofMillis(50)).fail());
    cache.put(1, "a");
    await().until(() -> queue(cache).lag().toMillis() > 50);
    assertThatThrownBy(() -> cache.put(2, "a"))
        .isInstanceOf(CacheWriterException.class)
        .hasMessageContaining("writeBehind.maximumLag");
    source.gate.countDown();
    awaitEmpty(cache);
    cache.put(2, "a");
  }

  @Test
  void withoutALoaderAReadStillSeesWhatWaits() {
    NearsideCache<Integer, String> cache = cache(queue -> queue.flushInterval(NEVER));
    cache.put(1, "a");
    cache.put(2, "b");
    cache.remove(2);
    cache.clear(); // as if they had been evicted
    assertThat(cache.get(1)).isEqualTo("a");
    assertThat(cache.get(2)).isNull();
    cache.clear();
    assertThat(cache.getAll(Set.of(1, 2, 3))).isEqualTo(Map.of(1, "a"));
    assertThat(source.content).isEmpty();
  }

  @Test
  void whatWaitsOutlivesItsTag() {
    NearsideCache<Integer, String> cache = cache(queue -> queue.flushInterval(NEVER));
    cache.put(1, "a", EntryOptions.tags("x"));
    cache.invalidateTag("x");
    assertThat(cache.get(1)).isEqualTo("a");
    assertThat(Objects.requireNonNull(cache.writeQueue()).depth()).isEqualTo(1);
  }

  private interface Reads {
    @Nullable String of(NearsideCache<Integer, String> cache, int key) throws Exception;
  }

  private static final List<Reads> READS =
      List.of(
          Cache::get,
          (cache, key) -> cache.getAll(Set.of(key)).get(key),
          (cache, key) -> cache.invoke(key, (entry, none) -> entry.getValue()),
          (cache, key) -> {
            CompletionListenerFuture loaded = new CompletionListenerFuture();
            cache.loadAll(Set.of(key), true, loaded);
            loaded.get(10, TimeUnit.SECONDS);
            return cache.get(key);
          });

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsSeeWhatIsStillToBeWritten(boolean telling) throws Exception {
    Map<Integer, String> old = Map.of(1, "old", 2, "old", 3, "old");
    CacheLoader<Integer, String> loader = telling ? new Telling(old) : new Plain(old);
    NearsideCache<Integer, String> cache = cache(loader, queue -> queue.flushInterval(NEVER));
    cache.put(1, "new");
    cache.remove(2);
    for (Reads reads : READS) {
      cache.clear(); // as if they had been evicted
      assertThat(reads.of(cache, 1)).isEqualTo("new");
      assertThat(reads.of(cache, 2)).isNull();
      assertThat(reads.of(cache, 3)).isEqualTo("old");
    }
  }

  private static class Plain implements CacheLoader<Integer, String> {
    private final Map<Integer, String> content;

    Plain(Map<Integer, String> content) {
      this.content = content;
    }

    @Override
    public @Nullable String load(Integer key) {
      return content.get(key);
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> found = new HashMap<>(content);
      found.keySet().retainAll(toSet(keys));
      return found;
    }

    private static Set<Integer> toSet(Iterable<? extends Integer> keys) {
      Set<Integer> set = new java.util.HashSet<>();
      keys.forEach(set::add);
      return set;
    }
  }

  private record Telling(Map<Integer, String> content) implements NearsideLoader<Integer, String> {
    @Override
    public @Nullable String load(Integer key, LoadContext context) {
      context.timeToLive(Duration.ofHours(1));
      return content.get(key);
    }
  }

  @Test
  void closingWritesWhatWaits() {
    NearsideCache<Integer, String> cache = cache(queue -> queue.flushInterval(NEVER));
    for (int i = 0; i < 250; i++) {
      cache.put(i, "v");
    }
    WriteQueue<Integer, String> queue = queue(cache);
    cache.close();
    assertThat(source.content).hasSize(250);
    assertThat(queue.depth()).isZero();
    assertThatThrownBy(() -> cache.put(1, "a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> queue.replay(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closingUnderLoadWritesAllThatWasAcknowledged() {
    NearsideCache<Integer, String> cache =
        cache(queue ->
            queue.flushInterval(NEVER).batchSize(50).maximumDepth(200).block(SOON.plusMinutes(1)));
    Map<Integer, String> acknowledged = new ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int first = t * 10_000_000;
      threads.add(Crew.start(() -> putUntilClosed(cache, first, acknowledged)));
    }
    await().until(() -> acknowledged.size() > 1_000);
    cache.close();
    threads.forEach(Crew::join);
    assertThat(source.content).containsAllEntriesOf(acknowledged);
  }

  static void putUntilClosed(
      NearsideCache<Integer, String> cache, int first, Map<Integer, String> acknowledged) {
    for (int key = first; ; key++) {
      try {
        cache.put(key, "v");
      } catch (IllegalStateException e) { // it is closed, also to those who wait for room
        return;
      }
      acknowledged.put(key, "v");
    }
  }

  @Test
  void theQueueIsShownByJmx() throws Exception {
    source.refuses = key -> true;
    NearsideCache<Integer, String> cache = cache(queue -> queue.flushInterval(SOON).maxAttempts(1));
    cache.put(1, "a");
    await().until(() -> queue(cache).parked().size() == 1);
    NearsideWriteQueueMXBean bean = bean(cache);
    assertThat(bean.getDepth()).isEqualTo(1);
    assertThat(bean.getParked()).isEqualTo(1);
    assertThat(bean.getFailures()).isEqualTo(1);
    assertThat(bean.getLagMillis()).isZero();
    assertThat(bean.parkedFailures(10)).singleElement().asString().contains("refused 1");
    assertThat(bean.parkedFailures(0)).isEmpty();
    source.refuses = key -> false;
    assertThat(bean.replayParked()).isEqualTo(1);
    awaitEmpty(cache);
    assertThat(bean.getWritten()).isEqualTo(1);
    assertThat(bean.dropParked()).isZero();
    cache.close();
    assertThatThrownBy(bean::getDepth).isInstanceOf(RuntimeException.class);
  }

  private static NearsideWriteQueueMXBean bean(Cache<?, ?> cache) throws Exception {
    ObjectName name =
        new ObjectName(
            "javax.cache:type=CacheWriteQueue,CacheManager="
                + cache.getCacheManager().getURI().toString().replaceAll("[,:=\n*?\"\\\\]", ".")
                + ",Cache="
                + cache.getName());
    return JMX.newMXBeanProxy(
        ManagementFactory.getPlatformMBeanServer(), name, NearsideWriteQueueMXBean.class);
  }

  @Test
  void aCacheWithoutWriteBehindHasNoQueue() {
    assertThat(
            caches
                .cache(TestCaches.<Integer, String>big().writer(source))
                .unwrap(NearsideCache.class)
                .writeQueue())
        .isNull();
  }
}
