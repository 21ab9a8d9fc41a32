package io.nearside.samples.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.Nearside;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.expiry.Duration;
import org.hibernate.Version;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Regions, their settings, and what ends with a session factory. */
@Tag("any-jdk")
class RegionsTest {
  private static final String PACKAGE = "io.nearside.samples.hibernate.";

  @TempDir static Path directory;
  private static Servers servers;

  @BeforeAll
  static void start() {
    servers = Servers.start("volatile-lru");
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void regionsHaveSettingsByPatternOfTheirNames() {
    try (Shop shop = TwoNodes.open(directory, "patterns", servers, "patterns")) {
      CacheManager manager =
          Caching.getCachingProvider()
              .getCacheManager(directory.resolve("patterns.yaml").toUri(), null);
      assertThat(manager.getCacheNames())
          .contains(
              PACKAGE + "Product",
              PACKAGE + "Product.tags",
              PACKAGE + "Product##NaturalId",
              PACKAGE + "Review",
              PACKAGE + "Country",
              "default-query-results-region",
              "default-update-timestamps-region");
      assertThat(hasCopies(manager, PACKAGE + "Review")).isTrue();
      assertThat(hasCopies(manager, PACKAGE + "Product##NaturalId")).isFalse();
      assertThat(hasCopies(manager, "default-update-timestamps-region")).isFalse();
      assertThat(life(manager, PACKAGE + "Country")).isEqualTo(new Duration(TimeUnit.DAYS, 7));
      assertThat(life(manager, PACKAGE + "Review")).isEqualTo(new Duration(TimeUnit.MINUTES, 10));
      assertThat(life(manager, PACKAGE + "Product")).isEqualTo(Duration.ONE_HOUR);
      assertThat(life(manager, "default-update-timestamps-region").isEternal()).isTrue();
    }
  }

  private static Duration life(CacheManager manager, String name) {
    CompleteConfiguration<?, ?> configuration =
        manager.getCache(name).getConfiguration(CompleteConfiguration.class);
    return configuration.getExpiryPolicyFactory().create().getExpiryForCreation();
  }

  @Test
  void theVersionOfHibernateIsTheOneThatIsAskedFor() {
    assertThat(Version.getVersionString()).isEqualTo(System.getProperty("hibernate.expected"));
  }

  @Test
  void closingASessionFactoryLeavesRedisAndASharedClientAlone() {
    Config config = new Config();
    config.setCodec(StringCodec.INSTANCE); // its default one needs Kryo
    config.useSingleServer().setAddress(servers.redis());
    RedissonClient client = Redisson.create(config);
    try {
      long before;
      try (Shop shop = shared(client)) {
        shop.seed();
        assertThat(shop.price(1)).isEqualTo(10);
        before = client.getKeys().count();
      }
      assertThat(client.isShutdown()).isFalse();
      assertThat(client.getKeys().count()).isGreaterThanOrEqualTo(before).isPositive();
      try (Shop again = shared(client)) {
        assertThat(again.price(1)).isEqualTo(10);
        assertThat(again.sessions().getStatistics().getEntityLoadCount()).isZero();
      }
    } finally {
      client.shutdown();
    }
  }

  private static Shop shared(RedissonClient client) {
    CacheManager manager =
        Nearside.builder()
            .namespace("shared")
            .redisson(client)
            .set("defaults.timeToLive", "1h")
            .set("defaults.allowedTypes", "profile:hibernate, " + PACKAGE + "*")
            .build();
    return Shop.open(
        servers.database("shared"), Map.of("hibernate.javax.cache.cache_manager", manager));
  }

  /** What a cache keeps in this JVM is to be had only where it keeps anything. */
  private static boolean hasCopies(CacheManager manager, String name) {
    Cache<Object, Object> cache = manager.getCache(name);
    try {
      cache.unwrap(com.github.benmanes.caffeine.cache.Cache.class);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
