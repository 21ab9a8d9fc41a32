package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.NearsideManager;
import io.nearside.Operations;
import io.nearside.Operations.Order;
import io.nearside.Operations.Scope;
import io.nearside.Operations.Setting;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.observe.NearsideManagerMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Settings that change while a cache runs. */
class TuningTest {
  @RegisterExtension final TestCaches caches = new TestCaches();

  @SuppressWarnings("unchecked")
  private NearsideCache<String, String> cache(
      NearsideConfigurationBuilder<String, String> configuration) {
    return caches.cache(configuration).unwrap(NearsideCache.class);
  }

  private static Duration life(NearsideCache<String, String> cache) {
    cache.put("k", "v");
    return Objects.requireNonNull(Objects.requireNonNull(cache.entry("k")).timeToLive());
  }

  private static long size(Cache<String, String> cache) {
    return StreamSupport.stream(cache.spliterator(), false).count();
  }

  @Test
  void livesOfWhatIsWrittenFromThenOn() {
    NearsideCache<String, String> cache =
        cache(TestCaches.<String, String>mortal().timeToLive(Duration.ofHours(1)).jitter(0));
    Operations operations = cache.operations();
    assertThat(operations.settings())
        .extracting(Setting::path, Setting::value)
        .containsExactly(
            tuple("timeToLive", "PT1H"),
            tuple("jitter.ratio", "0.0"),
            tuple("local.maximumSize", "10000000"),
            tuple("load.maximumConcurrent", "unbounded"));
    operations.set("timeToLive", "10m", Scope.NODE, "Ada");
    assertThat(life(cache)).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
    operations.set("jitter", "100%", Scope.NODE, "Bob");
    await().until(() -> life(cache).compareTo(Duration.ofMinutes(9)) < 0);
    Setting life = operations.settings().get(0);
    assertThat(life.value()).isEqualTo("PT10M");
    assertThat(life.configured()).isEqualTo("PT1H");
    Order order = Objects.requireNonNull(life.order());
    assertThat(order.by()).isEqualTo("Ada");
    assertThat(order.value()).isEqualTo("10m");
    assertThat(order.at()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    operations.set("timeToLive", null, Scope.NODE, "Ada");
    operations.set("jitter.ratio", null, Scope.NODE, "Ada");
    assertThat(life(cache)).isGreaterThan(Duration.ofMinutes(59));
    assertThat(operations.settings()).extracting(Setting::order).containsOnlyNulls();
    assertThat(operations.history())
        .extracting(Order::setting, Order::value, Order::by)
        .containsExactly(
            tuple("timeToLive", "10m", "Ada"),
            tuple("jitter.ratio", "100%", "Bob"),
            tuple("timeToLive", null, "Ada"),
            tuple("jitter.ratio", null, "Ada"));
  }

  @Test
  void howMuchIsKept() {
    NearsideCache<String, String> cache =
        cache(TestCaches.<String, String>plain().local(local -> local.maximumSize(1_000)));
    for (int i = 0; i < 500; i++) {
      cache.put("k" + i, "v");
    }
    assertThat(size(cache)).isEqualTo(500);
    cache
        .getCacheManager()
        .unwrap(NearsideManager.class)
        .operations()
        .set("local.maximumSize", "20", Scope.NODE, "Ada");
    await().until(() -> size(cache) <= 20);
    cache.clear();
    for (int i = 0; i < 500; i++) {
      cache.put("k" + i, "v");
    }
    await().until(() -> size(cache) <= 20);
    cache.operations().set("local.maximumSize", "300", Scope.NODE, "Ada"); // closer
    await()
        .until(() -> {
          for (int i = 0; i < 500; i++) {
            cache.put("k" + i, "v");
          }
          return size(cache) > 200;
        });
  }

  @Test
  void howManyLoadsAreUnderWay() throws Exception {
    NearsideCache<String, String> cache =
        cache(
            TestCaches.<String, String>plain()
                .load(load -> load.hardTimeout(Duration.ofSeconds(1))));
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> end = new CompletableFuture<>();
    cache.operations().set("load.maximumConcurrent", "1", Scope.NODE, "Ada");
    Thread slow =
        new Thread(() -> {
          try {
            cache.getOrLoad(
                "slow",
                (key, context) -> {
                  begun.countDown();
                  return end.join();
                });
          } catch (CacheLoaderException e) {
            // it took longer than its time-out
          }
        });
    slow.start();
    begun.await();
    assertThatExceptionOfType(CacheLoaderException.class)
        .isThrownBy(() -> cache.getOrLoad("k", (key, context) -> "v"))
        .withMessageContaining("1 loads are under way");
    cache.operations().set("load.maximumConcurrent", "2", Scope.NODE, "Ada");
    assertThat(cache.getOrLoad("k", (key, context) -> "v")).isEqualTo("v");
    end.complete("v");
    slow.join();
  }

  @Test
  void refreshAheadGoesByTheLifeThatHolds() {
    AtomicInteger loads = new AtomicInteger();
    NearsideCache<String, String> cache =
        cache(
            TestCaches.<String, String>mortal()
                .timeToLive(Duration.ofHours(10))
                .jitter(0)
                .refreshAheadFactor(0.5)
                .readThrough(true)
                .loader(new Counting(loads)));
    cache.operations().set("timeToLive", "1h", Scope.NODE, "Ada");
    for (int i = 0; i < 100; i++) {
      assertThat(cache.get("k")).isEqualTo("v"); // by the former life it would be due each time
    }
    cache.get("l"); // loads after all that was begun for k
    assertThat(loads).hasValue(2);
  }

  @Test
  void howManyWritesWait() {
    CountDownLatch end = new CountDownLatch(1);
    Collection<Integer> batches = new ConcurrentLinkedQueue<>();
    NearsideCache<String, String> cache =
        cache(
            TestCaches.<String, String>plain()
                .writer(new Slow(end, batches))
                .writeThrough(true)
                .writeBehind(
                    queue -> queue.flushInterval(Duration.ofMillis(1)).maximumDepth(100).fail()));
    cache.operations().set("writeBehind.maximumDepth", "3", Scope.NODE, "Ada");
    cache.operations().set("writeBehind.batchSize", "2", Scope.NODE, "Ada");
    for (int i = 0; i < 3; i++) {
      cache.put("k" + i, "v");
    }
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> cache.put("l", "v"))
        .withStackTraceContaining("writeBehind.maximumDepth");
    cache.operations().set("writeBehind.maximumDepth", null, Scope.NODE, "Ada");
    for (int i = 0; i < 50; i++) {
      cache.put("l" + i, "v");
    }
    end.countDown();
    await().until(() -> Objects.requireNonNull(cache.writeQueue()).depth() == 0);
    assertThat(batches.stream().mapToInt(size -> size).sum()).isEqualTo(53);
    assertThat(batches).allMatch(size -> size <= 2);
  }

  @Test
  void whatCantChangeIsRefused() {
    NearsideCache<String, String> cache =
        cache(TestCaches.<String, String>mortal().sliding(Duration.ofMinutes(1)));
    Operations operations = cache.operations();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> operations.set("timeToLive", "10m", Scope.NODE, "Ada"))
        .withMessageContaining("cache \"" + cache.getName() + "\": timeToLive")
        .withMessageContaining("sliding");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> operations.set("local.maximumSize", "none", Scope.NODE, "Ada"))
        .withMessageContaining("cache \"" + cache.getName() + "\": local.maximumSize")
        .withMessageContaining("was \"none\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> operations.set("load.maximumConcurrent", "10_001", Scope.NODE, "Ada"))
        .withMessageContaining("cache \"" + cache.getName() + "\": load.maximumConcurrent")
        .withMessageContaining("at most 10000, was 10001");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> operations.set("local.maximumWeight", "1MiB", Scope.NODE, "Ada"))
        .withMessageContaining("no weight bounds its local tier")
        .withMessageContaining("change it in the configuration");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> operations.set("writeBehind.batchSize", "3", Scope.NODE, "Ada"))
        .withMessageContaining("it has no write-behind");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> operations.set("codec", "java", Scope.NODE, "Ada"))
        .withMessageContaining("\"codec\" can't be changed while a cache runs")
        .withMessageContaining("load.maximumConcurrent");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> operations.set("load.maximumConcurrent", "3", Scope.CLUSTER, "Ada"))
        .withMessageContaining("remote.address");
    assertThat(operations.history()).isEmpty();
    assertThat(operations.settings()).extracting(Setting::order).containsOnlyNulls();
  }

  @Test
  void aValueMustStandWithWhatIsConfigured() {
    NearsideCache<String, String> soft =
        cache(
            TestCaches.<String, String>mortal()
                .timeToLive(Duration.ofHours(1))
                .softTimeToLive(Duration.ofMinutes(30))
                .loader(new Counting(new AtomicInteger()))
                .readThrough(true));
    NearsideCache<String, String> other =
        cache(TestCaches.<String, String>mortal().timeToLive(Duration.ofHours(1)).jitter(0));
    Operations all = soft.getCacheManager().unwrap(NearsideManager.class).operations();
    for (Operations operations : List.of(soft.operations(), all)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> operations.set("timeToLive", "20m", Scope.NODE, "Ada"))
          .withMessageContaining("cache \"" + soft.getName() + "\": expiry.softTimeToLive")
          .withMessageContaining("timeToLive can't be changed to 20m");
    }
    assertThat(life(other)).isGreaterThan(Duration.ofMinutes(59)); // of all, none has changed
    all.set("timeToLive", "40m", Scope.NODE, "Ada");
    assertThat(life(other)).isLessThan(Duration.ofMinutes(41));
    assertThat(all.settings())
        .filteredOn(setting -> setting.path().equals("timeToLive"))
        .extracting(Setting::cache, Setting::value)
        .containsExactlyInAnyOrder(tuple(soft.getName(), "PT40M"), tuple(other.getName(), "PT40M"));
    NearsideCache<String, String> later =
        cache(TestCaches.<String, String>mortal().timeToLive(Duration.ofHours(1)));
    assertThat(life(later)).isLessThan(Duration.ofMinutes(41));
  }

  @Test
  void operatorsDoItByTheManagersBean() throws Exception {
    NearsideCache<String, String> cache =
        cache(TestCaches.<String, String>mortal().timeToLive(Duration.ofHours(1)));
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    String uri = cache.getCacheManager().getURI().toString().replaceAll("[,:=\n*?\"\\\\]", ".");
    NearsideManagerMXBean bean =
        JMX.newMXBeanProxy(
            beans,
            new ObjectName("io.nearside:type=NearsideManager,CacheManager=" + uri),
            NearsideManagerMXBean.class);
    bean.set(cache.getName(), "timeToLive", "10m", false, "Ada");
    assertThat(life(cache)).isLessThan(Duration.ofMinutes(11));
    assertThat(bean.getSettings().get(cache.getName() + ": timeToLive"))
        .startsWith("PT10M, configured PT1H, ordered by Ada for this node at 20");
    assertThat(bean.getOrders()).singleElement().asString().contains("timeToLive", "10m", "Ada");
    bean.set(cache.getName(), "timeToLive", "", false, "Ada");
    assertThat(bean.getSettings())
        .containsEntry(cache.getName() + ": timeToLive", "PT1H, as configured");
  }

  private record Counting(AtomicInteger loads) implements CacheLoader<String, String> {
    @Override
    public String load(String key) {
      loads.incrementAndGet();
      return "v";
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> all = new HashMap<>();
      keys.forEach(key -> all.put(key, load(key)));
      return all;
    }
  }

  /** Writes nothing before the end, and notes how many at once. */
  private record Slow(CountDownLatch end, Collection<Integer> batches)
      implements CacheWriter<String, String> {
    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      await(1);
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      await(entries.size());
      entries.clear();
    }

    private void await(int size) {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      batches.add(size);
    }

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(Collection<?> keys) {}
  }
}
