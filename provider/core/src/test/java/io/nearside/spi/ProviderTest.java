package io.nearside.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.store.Threads;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.configuration.OptionalFeature;
import javax.cache.expiry.ExpiryPolicy;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderTest {
  private static final URI SHOP = URI.create("classpath:spi/shop.yaml");
  private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();

  private final NearsideCachingProvider provider = new NearsideCachingProvider();

  @AfterEach
  void close() {
    provider.close();
  }

  private static ClassLoader loader() {
    return new URLClassLoader(new URL[0], ProviderTest.class.getClassLoader());
  }

  /** As JSR-107's reference implementation and its TCK write it, plus what JMX refuses. */
  private static ObjectName bean(String type, URI uri, String cache) throws Exception {
    String pattern = "[,:=\n*?\"\\\\]";
    return new ObjectName(
        "javax.cache:type="
            + type
            + ",CacheManager="
            + uri.toString().replaceAll(pattern, ".")
            + ",Cache="
            + cache.replaceAll(pattern, "."));
  }

  private static MutableConfiguration<Object, Object> counted() {
    return new MutableConfiguration<>().setStatisticsEnabled(true);
  }

  @Test
  void nullsMeanTheDefaults() {
    CacheManager manager = provider.getCacheManager();
    assertThat(manager.getURI()).isEqualTo(provider.getDefaultURI());
    assertThat(provider.getDefaultURI()).hasToString("nearside:default");
    assertThat(manager.getClassLoader()).isSameAs(provider.getDefaultClassLoader());
    assertThat(manager.getProperties()).isEmpty();
    assertThat(manager.getCachingProvider()).isSameAs(provider);
    assertThat(provider.getCacheManager(null, null)).isSameAs(manager);
    assertThat(provider.getCacheManager(null, null, new Properties())).isSameAs(manager);
    assertThat(provider.getDefaultProperties()).isEmpty();
  }

  @Test
  void eachUriAndLoaderHasOneManager() {
    URI other = URI.create("nearside:default?instance=b");
    ClassLoader loader = loader();
    CacheManager first = provider.getCacheManager();
    CacheManager second = provider.getCacheManager(other, null);
    CacheManager third = provider.getCacheManager(null, loader);
    assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
    assertThat(provider.getCacheManager(other, null)).isSameAs(second);
    assertThat(provider.getCacheManager(null, loader)).isSameAs(third);
  }

  @Test
  void aClosedManagerIsFollowedByANewOne() {
    CacheManager first = provider.getCacheManager();
    first.close();
    first.close();
    assertThat(first.isClosed()).isTrue();
    CacheManager second = provider.getCacheManager();
    assertThat(second).isNotSameAs(first);
    assertThat(second.isClosed()).isFalse();
  }

  @Test
  void closingByUriOrLoaderLeavesTheOthersOpen() {
    URI other = URI.create("nearside:default?instance=b");
    ClassLoader loader = loader();
    CacheManager first = provider.getCacheManager();
    CacheManager second = provider.getCacheManager(other, null);
    CacheManager third = provider.getCacheManager(null, loader);
    CacheManager fourth = provider.getCacheManager(other, loader);
    provider.close(other, null);
    assertThat(second.isClosed()).isTrue();
    assertThat(List.of(first, third, fourth)).noneMatch(CacheManager::isClosed);
    provider.close(loader);
    assertThat(List.of(third, fourth)).allMatch(CacheManager::isClosed);
    assertThat(first.isClosed()).isFalse();
    provider.close();
    assertThat(first.isClosed()).isTrue();
  }

  @Test
  void onlyStoreByReferenceIsOptional() {
    assertThat(provider.isSupported(OptionalFeature.STORE_BY_REFERENCE)).isTrue();
  }

  @Test
  void declaredCachesAreThereWithTheirBeansFromTheStart() throws Exception {
    CacheManager manager = provider.getCacheManager(SHOP, null);
    assertThat(manager.getCacheNames())
        .containsExactlyInAnyOrder("products", "odd $#:\"',= name\n");
    assertThat(BEANS.isRegistered(bean("CacheStatistics", SHOP, "products"))).isTrue();
    assertThat(BEANS.isRegistered(bean("CacheConfiguration", SHOP, "products"))).isTrue();
    assertThat(BEANS.isRegistered(bean("CacheStatistics", SHOP, "odd $#:\"',= name\n"))).isTrue();
    Cache<Long, String> products = manager.getCache("products", Long.class, String.class);
    products.get(1L);
    assertThat(BEANS.getAttribute(bean("CacheStatistics", SHOP, "products"), "CacheMisses"))
        .isEqualTo(1L);
    assertThatThrownBy(() -> manager.getCache("products", String.class, String.class))
        .isInstanceOf(ClassCastException.class)
        .hasMessageContaining("cache \"products\"");
    manager.close();
    assertThat(BEANS.queryNames(new ObjectName("javax.cache:*"), null))
        .noneMatch(name -> name.toString().contains("shop.yaml"));
  }

  @Test
  void aBareConfigurationGetsTheTemplateOfItsName() {
    CacheManager manager = provider.getCacheManager(SHOP, null);
    assertThat(minutesToLive(manager.createCache("session-a", new MutableConfiguration<>())))
        .isEqualTo(7);
    assertThat(minutesToLive(manager.createCache("other", new MutableConfiguration<>())))
        .isEqualTo(60);
  }

  private static long minutesToLive(Cache<Object, Object> cache) {
    CompleteConfiguration<?, ?> configuration = cache.getConfiguration(CompleteConfiguration.class);
    ExpiryPolicy policy = configuration.getExpiryPolicyFactory().create();
    return policy
        .getExpiryForCreation()
        .getTimeUnit()
        .toMinutes(policy.getExpiryForCreation().getDurationAmount());
  }

  @Test
  void propertiesOverrideTheFile() {
    Properties properties = new Properties();
    properties.setProperty("nearside.caches.session-*.timeToLive", "9m");
    CacheManager manager = provider.getCacheManager(SHOP, null, properties);
    assertThat(manager.getProperties()).isEqualTo(properties);
    assertThat(minutesToLive(manager.createCache("session-a", new MutableConfiguration<>())))
        .isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a$b",
        "a#b",
        "a:b",
        "a\"b",
        "a'b",
        "a,b",
        "a=b",
        "a*b",
        "a?b",
        "a b",
        "a\nb",
        "a\\b",
        " ",
        "ä€😀",
        "$#:\"',=*? \n\\"
      })
  void everyNameIsLegal(String name) throws Exception {
    CacheManager manager = provider.getCacheManager();
    Cache<Object, Object> cache = manager.createCache(name, counted().setManagementEnabled(true));
    assertThat(cache.getName()).isEqualTo(name);
    assertThat(manager.<Object, Object>getCache(name)).isSameAs(cache);
    assertThat(manager.getCacheNames()).containsExactly(name);
    cache.put(1, 2);
    assertThat(cache.get(1)).isEqualTo(2);
    ObjectName bean = bean("CacheStatistics", manager.getURI(), name);
    assertThat(BEANS.getAttribute(bean, "CacheHits")).isEqualTo(1L);
    assertThat(BEANS.isRegistered(bean("CacheConfiguration", manager.getURI(), name))).isTrue();
    manager.destroyCache(name);
    assertThat(BEANS.isRegistered(bean)).isFalse();
    assertThat(BEANS.isRegistered(bean("CacheConfiguration", manager.getURI(), name))).isFalse();
    assertThat(cache.isClosed()).isTrue();
    assertThat(manager.getCacheNames()).isEmpty();
  }

  @Test
  void aBeansNameIsExactlyThatOfTheStandard() throws Exception {
    CacheManager manager = provider.getCacheManager();
    manager.createCache("orders", counted());
    assertThat(
            BEANS.isRegistered(
                new ObjectName(
                    "javax.cache:type=CacheStatistics,CacheManager=nearside.default,Cache=orders")))
        .isTrue();
  }

  @Test
  void statisticsAndManagementComeAndGo() throws Exception {
    CacheManager manager = provider.getCacheManager();
    manager.createCache("orders", new MutableConfiguration<>());
    ObjectName statistics = bean("CacheStatistics", manager.getURI(), "orders");
    ObjectName management = bean("CacheConfiguration", manager.getURI(), "orders");
    assertThat(BEANS.isRegistered(statistics) || BEANS.isRegistered(management)).isFalse();
    manager.enableStatistics("orders", true);
    manager.enableManagement("orders", true);
    manager.enableManagement("orders", true);
    assertThat(BEANS.isRegistered(statistics) && BEANS.isRegistered(management)).isTrue();
    manager.enableStatistics("orders", false);
    manager.enableManagement("orders", false);
    assertThat(BEANS.isRegistered(statistics) || BEANS.isRegistered(management)).isFalse();
  }

  @Test
  void twoLoadersWithOneUriDoNotCollide() throws Exception {
    CacheManager first = provider.getCacheManager(null, loader());
    CacheManager second = provider.getCacheManager(null, loader());
    Cache<Object, Object> one = first.createCache("orders", counted());
    Cache<Object, Object> other = second.createCache("orders", counted());
    one.put(1, 1);
    assertThat(other.get(1)).isNull();
    ObjectName query = new ObjectName("javax.cache:type=CacheStatistics,Cache=orders,*");
    assertThat(BEANS.queryNames(query, null)).hasSize(2);
    first.close();
    assertThat(BEANS.queryNames(query, null)).hasSize(1);
    assertThat(other.get(1)).isNull();
    second.close();
    assertThat(BEANS.queryNames(query, null)).isEmpty();
  }

  @Test
  void aClosedManagerRefusesEverything() {
    CacheManager manager = provider.getCacheManager();
    Cache<Object, Object> cache = manager.createCache("orders", new MutableConfiguration<>());
    manager.close();
    assertThat(cache.isClosed()).isTrue();
    List<Threads.Piece> calls =
        List.of(
            manager::getCacheNames,
            () -> manager.getCache("orders"),
            () -> manager.getCache("orders", Object.class, Object.class),
            () -> manager.createCache("orders", new MutableConfiguration<>()),
            () -> manager.destroyCache("orders"),
            () -> manager.enableStatistics("orders", true),
            () -> manager.enableManagement("orders", true),
            () -> cache.get(1));
    for (Threads.Piece call : calls) {
      assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void nullsAreRefused() {
    CacheManager manager = provider.getCacheManager();
    List<Threads.Piece> calls =
        List.of(
            () -> manager.getCache(null),
            () -> manager.getCache("orders", null, Object.class),
            () -> manager.getCache("orders", Object.class, null),
            () -> manager.createCache(null, new MutableConfiguration<>()),
            () -> manager.createCache("orders", null),
            () -> manager.destroyCache(null),
            () -> manager.enableStatistics(null, true),
            () -> manager.enableManagement(null, true));
    for (Threads.Piece call : calls) {
      assertThatThrownBy(call::run).isInstanceOf(NullPointerException.class);
    }
  }

  @Test
  void aManagerUnwrapsToItselfOnly() {
    CacheManager manager = provider.getCacheManager();
    assertThat(manager.unwrap(CacheManager.class)).isSameAs(manager);
    assertThatThrownBy(() -> manager.unwrap(String.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ofManyThreadsThatCreateOneCacheOneWins() {
    CacheManager manager = provider.getCacheManager();
    for (int round = 0; round < 50; round++) {
      String name = "cache-" + round;
      AtomicInteger refused = new AtomicInteger();
      ConcurrentLinkedQueue<Cache<Object, Object>> created = new ConcurrentLinkedQueue<>();
      Threads.Piece piece =
          () -> {
            try {
              created.add(manager.createCache(name, counted()));
            } catch (CacheException e) {
              assertThat(e).hasMessageContaining("cache \"" + name + "\"");
              refused.incrementAndGet();
            }
          };
      List<Threads.Piece> pieces = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        pieces.add(piece);
      }
      Threads.together(pieces);
      assertThat(refused).hasValue(7);
      assertThat(created).hasSize(1);
      assertThat(manager.<Object, Object>getCache(name)).isSameAs(created.peek());
    }
  }

  @Test
  void aFactoryThatFailsLeavesNoHalfMadeCache() throws Exception {
    CacheManager manager = provider.getCacheManager();
    MutableConfiguration<Object, Object> broken =
        counted()
            .setReadThrough(true)
            .setCacheLoaderFactory(() -> {
              throw new IllegalStateException("no database");
            });
    assertThatThrownBy(() -> manager.createCache("orders", broken)).isNotNull();
    assertThat(manager.getCacheNames()).isEmpty();
    assertThat(BEANS.isRegistered(bean("CacheStatistics", manager.getURI(), "orders"))).isFalse();
    assertThat(manager.createCache("orders", counted())).isNotNull();
  }
}
