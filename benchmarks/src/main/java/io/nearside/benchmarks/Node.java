package io.nearside.benchmarks;

import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.spi.CachingProvider;

/** A cache manager of its own, and the one cache in it that all nodes of a fleet share. */
record Node(CacheManager manager, Cache<String, String> cache) implements AutoCloseable {
  private static final Duration TIME_TO_LIVE = Duration.ofHours(1);

  /**
   * What the nodes of a fleet have in common.
   *
   * @param keys how many
   */
  record Fleet(String address, String namespace, Topology topology, int keys) {
    static final String ADDRESS = "--address";
    static final String NAMESPACE = "--namespace";
    static final String TOPOLOGY = "--topology";
    static final String KEYS = "--keys";

    static Fleet of(Options options) {
      return new Fleet(
          options.text(ADDRESS),
          options.text(NAMESPACE),
          topology(options.text(TOPOLOGY)),
          options.number(KEYS));
    }

    static Topology topology(String name) {
      return Topology.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The command line from which {@link #of} reads it again. */
    List<String> arguments() {
      return List.of(
          ADDRESS,
          address,
          NAMESPACE,
          namespace,
          TOPOLOGY,
          topology.name(),
          KEYS,
          Integer.toString(keys));
    }

    List<String> keyNames() {
      return IntStream.range(0, keys).mapToObj(key -> "key-" + key).toList();
    }
  }

  /**
   * Opens one more node.
   *
   * @param instance tells it from the others of this JVM
   */
  static Node open(Fleet fleet, String instance) {
    CachingProvider provider =
        Caching.getCachingProvider("io.nearside.spi.NearsideCachingProvider");
    URI uri =
        URI.create(
            "%s?namespace=%s&instance=%s".formatted(fleet.address(), fleet.namespace(), instance));
    NearsideConfiguration<String, String> configuration =
        NearsideConfiguration.builder(String.class, String.class)
            .topology(fleet.topology())
            .timeToLive(TIME_TO_LIVE)
            .failFast() // a write that is dropped would look like a copy that stays
            .build();
    Properties properties = new Properties();
    // a full machine is no failure
    properties.setProperty("nearside.remote.timeout", "5s");
    properties.setProperty("nearside.remote.connectTimeout", "30s");
    CacheManager manager =
        provider.getCacheManager(uri, provider.getDefaultClassLoader(), properties);
    return new Node(manager, manager.createCache("fleet", configuration));
  }

  @Override
  public void close() {
    manager.close();
  }
}
