package io.nearside.cache;

import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.observe.NearsideStatisticsMXBean;
import io.nearside.spi.NearsideCachingProvider;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.management.JMX;
import javax.management.ObjectName;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** A provider and managers of the test's own, closed after it. */
final class TestCaches implements AfterEachCallback {
  private static final AtomicInteger COUNT = new AtomicInteger();

  final NearsideCachingProvider provider = new NearsideCachingProvider();
  private final URI uri = freshUri();

  static URI freshUri() {
    return URI.create("nearside:default?instance=test-" + COUNT.incrementAndGet());
  }

  /** The same one each time while it is open. */
  CacheManager manager() {
    return provider.getCacheManager(uri, TestCaches.class.getClassLoader());
  }

  CacheManager managerWith(String property, String value) {
    Properties properties = new Properties();
    properties.setProperty(property, value);
    return provider.getCacheManager(freshUri(), TestCaches.class.getClassLoader(), properties);
  }

  <K, V> Cache<K, V> cache(NearsideConfigurationBuilder<K, V> configuration) {
    return manager().createCache("c" + COUNT.incrementAndGet(), configuration.build());
  }

  /** Types unchecked, big enough that nothing is evicted, with statistics. */
  static <K, V> NearsideConfigurationBuilder<K, V> big() {
    return TestCaches.<K, V>plain().statistics(true).local(l -> l.maximumSize(10_000_000));
  }

  @SuppressWarnings("unchecked")
  static <K, V> NearsideConfigurationBuilder<K, V> plain() {
    return (NearsideConfigurationBuilder<K, V>)
        NearsideConfiguration.builder(Object.class, Object.class).eternal();
  }

  /** For an expiry of the test's own. */
  @SuppressWarnings("unchecked")
  static <K, V> NearsideConfigurationBuilder<K, V> mortal() {
    return (NearsideConfigurationBuilder<K, V>)
        NearsideConfiguration.builder(Object.class, Object.class)
            .statistics(true)
            .local(l -> l.maximumSize(10_000_000));
  }

  static NearsideStatisticsMXBean statistics(Cache<?, ?> cache) {
    try {
      return JMX.newMXBeanProxy(
          ManagementFactory.getPlatformMBeanServer(),
          new ObjectName(
              "javax.cache:type=CacheStatistics,CacheManager="
                  + cache.getCacheManager().getURI().toString().replaceAll("[,:=\n*?\"\\\\]", ".")
                  + ",Cache="
                  + cache.getName()),
          NearsideStatisticsMXBean.class);
    } catch (javax.management.MalformedObjectNameException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Replay with {@code -Dtest.seed=}. */
  static Random random() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    LoggerFactory.getLogger(TestCaches.class).info("replay with -Dtest.seed={}", seed);
    return new Random(seed);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    provider.close();
  }
}
