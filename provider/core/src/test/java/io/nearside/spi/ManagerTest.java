package io.nearside.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nearside.config.ManagerConfiguration;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.store.Threads;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What one manager does beyond making caches. */
class ManagerTest {
  private final NearsideCachingProvider provider = new NearsideCachingProvider();
  private final CacheManager manager = provider.getCacheManager();

  @AfterEach
  void close() {
    Bomb.armed = false;
    provider.close();
  }

  /** A key whose hash code ends by an error once it is armed. */
  private record Bomb(int number) {
    private static volatile boolean armed;

    @Override
    public int hashCode() {
      if (armed) {
        throw new StackOverflowError("armed");
      }
      return number;
    }
  }

  private static <K> MutableConfiguration<K, String> shortLived() {
    return new MutableConfiguration<K, String>()
        .setStoreByValue(false)
        .setExpiryPolicyFactory(
            CreatedExpiryPolicy.factoryOf(
                new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, 200)));
  }

  @Test
  void anErrorInTheUpkeepOfOneCacheLeavesTheOthersAlone() {
    Cache<Bomb, String> broken = manager.createCache("broken", shortLived());
    Cache<Integer, String> sound = manager.createCache("sound", shortLived());
    AtomicInteger expired = new AtomicInteger();
    sound.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            new FactoryBuilder.SingletonFactory<CacheEntryListener<Integer, String>>(
                (Expired) expired::incrementAndGet),
            null,
            false,
            false));
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("io.nearside.spi");
    logged.start();
    logger.addAppender(logged);
    try {
      for (int number = 0; number < 100; number++) {
        broken.put(new Bomb(number), "v");
      }
      Bomb.armed = true;
      await().until(() -> !logged.list.isEmpty());
      assertThat(logged.list.get(0).getFormattedMessage())
          .startsWith("cache \"broken\": upkeep failed (1 times so far)");
      sound.put(1, "v");
      await().atMost(Duration.ofSeconds(5)).until(() -> expired.get() == 1);
    } finally {
      logger.detachAppender(logged);
    }
  }

  /** Counts what it hears of. */
  @FunctionalInterface
  private interface Expired extends CacheEntryExpiredListener<Integer, String> {
    int heard();

    @Override
    default void onExpired(Iterable<CacheEntryEvent<? extends Integer, ? extends String>> events) {
      events.forEach(event -> heard());
    }
  }

  @Test
  void aCacheThatCouldNotBeMadeIsNoWeight() {
    long most = Runtime.getRuntime().maxMemory() / 5;
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(ManagerConfiguration.class);
    logged.start();
    logger.addAppender(logged);
    try {
      NearsideConfigurationBuilder<Integer, String> weighted =
          NearsideConfiguration.builder(Integer.class, String.class)
              .eternal()
              .local(local -> local.maximumWeight(most));
      manager.createCache("sound", weighted.build());
      manager.destroyCache("sound");
      assertThatThrownBy(() ->
              manager.createCache(
                  "broken",
                  NearsideConfiguration.builder(Integer.class, String.class)
                      .eternal()
                      .local(local -> local.maximumWeight(most))
                      .loader(() -> {
                        throw new IllegalStateException("no database");
                      })
                      .build()))
          .isInstanceOf(IllegalStateException.class);
      manager.createCache("sound", weighted.build());
      assertThat(logged.list).isEmpty();
    } finally {
      logger.detachAppender(logged);
    }
  }

  /** A loader that runs a hook when it is made. */
  public static final class Hooked implements CacheLoader<Integer, String> {
    private static volatile Runnable hook = () -> {};

    public Hooked() {
      hook.run();
    }

    @Override
    public String load(Integer key) {
      return "v";
    }

    @Override
    public java.util.Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      return java.util.Map.of();
    }
  }

  private CacheManager declaring() {
    Properties properties = new Properties();
    properties.setProperty("nearside.caches.declared.loader", Hooked.class.getName());
    return provider.getCacheManager(URI.create("nearside:default?instance=d"), null, properties);
  }

  private static void pause(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void factoriesThatUseEachOthersManagersDoNotDeadlock() {
    CountDownLatch creating = new CountDownLatch(1);
    CountDownLatch opening = new CountDownLatch(1);
    AtomicReference<Thread> opener = new AtomicReference<>();
    Hooked.hook =
        () -> {
          if (Thread.currentThread() == opener.get()) {
            opening.countDown();
            pause(creating);
            manager.createCache("from the opener", new MutableConfiguration<>());
          }
        };
    List<CacheManager> got = new CopyOnWriteArrayList<>();
    Threads.together(
        List.of(
            () ->
                manager.createCache(
                    "outer",
                    new MutableConfiguration<Integer, String>()
                        .setCacheLoaderFactory(() -> {
                          creating.countDown();
                          pause(opening);
                          got.add(declaring());
                          return new Loader();
                        })),
            () -> {
              opener.set(Thread.currentThread());
              got.add(declaring());
            }));
    Hooked.hook = () -> {};
    assertThat(manager.getCacheNames()).containsExactlyInAnyOrder("outer", "from the opener");
    assertThat(got).hasSize(2).containsOnly(declaring());
    assertThat(declaring().getCacheNames()).containsExactly("declared");
  }

  @Test
  void aDeclaredCachesFactoryThatAsksForItsOwnManagerIsRefused() {
    Hooked.hook = this::declaring;
    assertThatThrownBy(this::declaring)
        .hasStackTraceContaining("asked for it while it was being opened");
    Hooked.hook = () -> {};
    assertThat(declaring().getCacheNames()).containsExactly("declared");
  }

  @Test
  void managersAreOpenedOnceForAllWhoWait() {
    AtomicInteger made = new AtomicInteger();
    Hooked.hook = made::incrementAndGet;
    Set<CacheManager> got = ConcurrentHashMap.newKeySet();
    Threads.Piece piece = () -> got.add(declaring());
    Threads.together(List.of(piece, piece, piece, piece));
    Hooked.hook = () -> {};
    assertThat(made).hasValue(1);
    assertThat(got).hasSize(1);
  }

  /** A loader whose factory is serialisable. */
  public static final class Loader implements CacheLoader<Integer, String> {
    @Override
    public String load(Integer key) {
      return "v";
    }

    @Override
    public java.util.Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      return java.util.Map.of();
    }
  }

  @Test
  void aCachesConfigurationIsSerialisable() throws Exception {
    Cache<Integer, String> cache =
        manager.createCache(
            "c",
            new MutableConfiguration<Integer, String>()
                .setTypes(Integer.class, String.class)
                .setReadThrough(true)
                .setStatisticsEnabled(true)
                .setExpiryPolicyFactory(
                    CreatedExpiryPolicy.factoryOf(javax.cache.expiry.Duration.ONE_DAY))
                .setCacheLoaderFactory(FactoryBuilder.factoryOf(Loader.class)));
    CompleteConfiguration<?, ?> before = cache.getConfiguration(CompleteConfiguration.class);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(before);
    }
    ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    CompleteConfiguration<?, ?> after = (CompleteConfiguration<?, ?>) in.readObject();
    assertThat(after.getKeyType()).isEqualTo(Integer.class);
    assertThat(after.isReadThrough() && after.isStatisticsEnabled()).isTrue();
    assertThat(after.getCacheLoaderFactory().create()).isInstanceOf(Loader.class);
    assertThat(after.getExpiryPolicyFactory()).isEqualTo(before.getExpiryPolicyFactory());
  }
}
