package io.nearside;

import java.net.URI;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.CacheManager;
import javax.cache.Caching;
import org.jspecify.annotations.Nullable;

/** Makes cache managers without JCache's bootstrap. */
public final class Nearside {
  private static final String PROVIDER = "io.nearside.spi.NearsideCachingProvider";
  private static final AtomicLong INSTANCES = new AtomicLong();

  private Nearside() {}

  /** Begins a manager; what is not said comes from where the default manager has it. */
  public static Builder builder() {
    return new Builder();
  }

  /** Gathers the properties of a manager. Not thread-safe. */
  public static final class Builder {
    private final Properties properties = new Properties();
    private @Nullable ClassLoader loader;

    private Builder() {}

    /**
     * Keeps applications on one Redis apart: 1 to 100 letters, digits, dots, hyphens, underscores.
     */
    public Builder namespace(String namespace) {
      return set("namespace", namespace);
    }

    /** Where Redis is: {@code redis://host:port/db} or one of the other forms. */
    public Builder address(String address) {
      return set("remote.address", address);
    }

    /**
     * The application's own client instead of an address; it is never closed.
     *
     * @param client an {@code org.redisson.api.RedissonClient}
     */
    public Builder redisson(Object client) {
      return set("redisson", client);
    }

    /**
     * Where the caches' meters go; without it there are none.
     *
     * @param registry an {@code io.micrometer.core.instrument.MeterRegistry}; it is never closed
     */
    public Builder meterRegistry(Object registry) {
      return set("meterRegistry", registry);
    }

    /**
     * What makes spans of operations that go to Redis and of loads; without it there are none.
     *
     * @param registry an {@code io.micrometer.observation.ObservationRegistry}
     */
    public Builder observationRegistry(Object registry) {
      return set("observationRegistry", registry);
    }

    /**
     * What tells the time instead of the machine, for tests of caches that are local: entries
     * expire, and are loaded again, when this time has come. What goes by itself, as a refresh or a
     * write behind, looks at it about ten times a second.
     *
     * @param clock thread-safe; a time that goes back is taken to stand still
     */
    public Builder clock(InstantSource clock) {
      return set("clock", clock);
    }

    /**
     * Where loaders and writers are found that settings name; what is not found there is the name
     * of a class.
     */
    public Builder beans(Beans beans) {
      return set("beans", beans);
    }

    /**
     * Any other setting of the manager, by its path: {@code set("remote.timeout", "50ms")}; the
     * last value of a path counts.
     */
    public Builder set(String path, Object value) {
      Objects.requireNonNull(path, "path");
      properties.put("nearside." + path, Objects.requireNonNull(value, path));
      return this;
    }

    /** Finds {@code nearside.yaml} and classes that settings name; by default Nearside's own. */
    public Builder classLoader(ClassLoader classLoader) {
      loader = Objects.requireNonNull(classLoader, "classLoader");
      return this;
    }

    /**
     * Opens another manager, with a URI of its own, at each call.
     *
     * @throws javax.cache.CacheException if a setting is unknown, malformed or impossible
     */
    public CacheManager build() {
      URI uri = URI.create("nearside:default?instance=built-" + INSTANCES.incrementAndGet());
      return Caching.getCachingProvider(PROVIDER, Nearside.class.getClassLoader())
          .getCacheManager(uri, loader, (Properties) properties.clone());
    }
  }
}
