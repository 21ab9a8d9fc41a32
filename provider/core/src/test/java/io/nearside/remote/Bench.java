package io.nearside.remote;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nearside.Nearside;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.management.ObjectName;
import org.slf4j.LoggerFactory;

/** The nodes of one test in one namespace of their own, and what is logged meanwhile. */
final class Bench implements AutoCloseable {
  /** No breaker opens, so each call waits as long as it would for the first time. */
  static final Map<String, String> NO_BREAKER =
      Map.of("remote.circuitBreaker.minimumCalls", "1000000");

  /** A busy machine is no fault; tests that are about time set their own. */
  private static final String PATIENT = "2s";

  final String namespace = "t" + UUID.randomUUID();
  private final String address;
  private final List<CacheManager> managers = new ArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.nearside");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  Bench(String address) {
    this.address = address;
    log.start();
    logger.addAppender(log);
  }

  /** For the main classes of other JVMs, whose output somebody reads. */
  static void hush() {
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
  }

  CacheManager node() {
    return node(Map.of());
  }

  /** Opens one more node. */
  CacheManager node(Map<String, String> settings) {
    return opened(Nearside.builder().address(address), settings);
  }

  CacheManager node(ClassLoader loader) {
    return opened(Nearside.builder().address(address).classLoader(loader), Map.of());
  }

  private CacheManager opened(Nearside.Builder builder, Map<String, String> settings) {
    builder.namespace(namespace).set("remote.timeout", PATIENT);
    settings.forEach(builder::set);
    CacheManager manager = builder.build();
    managers.add(manager);
    return manager;
  }

  static <K, V> NearsideConfigurationBuilder<K, V> remote(Class<K> keys, Class<V> values) {
    return NearsideConfiguration.builder(keys, values).topology(Topology.REMOTE).statistics(true);
  }

  static Cache<String, String> failFast(CacheManager manager) {
    return failFast(manager, Topology.REMOTE);
  }

  static Cache<String, String> failFast(CacheManager manager, Topology topology) {
    return manager.createCache(
        "orders", remote(String.class, String.class).topology(topology).failFast().build());
  }

  static Cache<String, String> failSafe(CacheManager manager) {
    return manager.createCache("orders", remote(String.class, String.class).build());
  }

  /** Of the statistics that the cache shows by JMX. */
  static long statistic(Cache<?, ?> cache, String name) throws Exception {
    ObjectName bean = bean(cache, "CacheStatistics");
    return (Long) ManagementFactory.getPlatformMBeanServer().getAttribute(bean, name);
  }

  /** What the cache shows by JMX. */
  static ObjectName bean(Cache<?, ?> cache, String type) throws Exception {
    String uri = cache.getCacheManager().getURI().toString().replaceAll(".*=", "");
    ObjectName all =
        new ObjectName("javax.cache:type=" + type + ",Cache=" + cache.getName() + ",*");
    return ManagementFactory.getPlatformMBeanServer().queryNames(all, null).stream()
        .filter(bean -> bean.getKeyProperty("CacheManager").contains(uri))
        .findFirst()
        .orElseThrow();
  }

  /** All warnings and errors so far. */
  String logged() {
    synchronized (log) {
      return String.join(
          "\n",
          List.copyOf(log.list).stream()
              .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
              .map(ILoggingEvent::getFormattedMessage)
              .toList());
    }
  }

  /** What an exception and its causes say. */
  static String said(Throwable thrown) {
    return String.join(
        " <- ",
        Stream.iterate(thrown, e -> e != null, Throwable::getCause).map(Object::toString).toList());
  }

  @Override
  public void close() {
    managers.forEach(CacheManager::close);
    logger.detachAppender(log);
  }
}
