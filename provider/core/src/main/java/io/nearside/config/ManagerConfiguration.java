package io.nearside.config;

import io.nearside.Beans;
import io.nearside.Topology;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.cache.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of one cache manager, read and checked once; it resolves what each cache is
 * made of. Of all that is said of a cache the nearest counts, setting by setting: system
 * properties, the manager's properties, code, the template in the file, its preset, then the
 * defaults (of system properties, environment, manager's properties, URI, file), then what is built
 * in. Thread-safe.
 */
public final class ManagerConfiguration {
  private static final Logger LOGGER = LoggerFactory.getLogger(ManagerConfiguration.class);

  private final ClassLoader loader;
  private final Consumer<String> warnings;
  private final Sections system;
  private final Sections environment;
  private final Sections properties;
  private final Sections uri;
  private final Sections file;
  private final @Nullable RemoteSettings remote;
  private final @Nullable InstantSource clock;
  private final Layer.@Nullable Assigned cap;
  private final WeightBudget budget;

  /** What is said of the caches that are open, by name. */
  private final Map<String, Said<?, ?>> open = new ConcurrentHashMap<>();

  private record Said<K, V>(Layers layers, CodeLayer<K, V> code, FoundBeans beans) {}

  /**
   * @param uri what the manager's URI says by itself
   */
  ManagerConfiguration(
      Sections uri,
      ConfigurationFile file,
      ClassLoader loader,
      Properties properties,
      Ambient ambient) {
    this.uri = uri;
    this.loader = loader;
    this.warnings = ambient.warnings;
    this.system = PropertyReader.systemProperties(ambient.systemProperties);
    this.environment = PropertyReader.environment(ambient.environment);
    this.properties = PropertyReader.properties(properties);
    ManagerUri.check(uri, this.properties);
    this.file = new YamlReader(file.name(), ambient.environment).read(file.text());
    this.remote =
        new RemoteResolver(
                managerLayers(system, environment),
                managerLayers(this.properties, uri, this.file),
                loader,
                warnings)
            .resolve();
    this.clock = checkedClock();
    this.cap = ofManager(Setting.MANAGER_MAXIMUM_WEIGHT);
    this.budget = new WeightBudget(ambient.heapBytes, localMaximumWeight(), warnings);
  }

  /**
   * What surrounds the process.
   *
   * @param warnings gets each warning: a cache without expiry, weights that outgrow the heap
   * @param heapBytes the most that the heap can become
   */
  record Ambient(
      Map<String, String> environment,
      Properties systemProperties,
      Consumer<String> warnings,
      long heapBytes) {}

  /**
   * Reads what the URI leads to, with this process's environment and system properties over it, and
   * logs warnings.
   *
   * @param uri {@code nearside:default}, {@code classpath:…}, {@code file:…}, {@code jar:…} or
   *     {@code redis://…} and its kin, which name a Redis and read no file
   * @param loader finds the file and the classes that it names
   * @param properties the manager's; those that begin with {@code nearside.} count
   * @throws javax.cache.CacheException if anything in it is unknown, malformed, impossible or not
   *     available in this version; names file, line, key, value and what would be legal
   */
  public static ManagerConfiguration load(URI uri, ClassLoader loader, Properties properties) {
    return load(uri, loader, properties, LOGGER::warn);
  }

  /** As {@link #load(URI, ClassLoader, Properties)}, with a receiver of the warnings. */
  public static ManagerConfiguration load(
      URI uri, ClassLoader loader, Properties properties, Consumer<String> warnings) {
    Properties systemProperties = (Properties) System.getProperties().clone();
    long heapBytes = Runtime.getRuntime().maxMemory();
    return load(
        uri,
        loader,
        properties,
        new Ambient(System.getenv(), systemProperties, warnings, heapBytes));
  }

  static ManagerConfiguration load(
      URI uri, ClassLoader loader, Properties properties, Ambient ambient) {
    ConfigurationFile file = ConfigurationFile.open(uri, loader);
    return new ManagerConfiguration(ManagerUri.read(uri), file, loader, properties, ambient);
  }

  private static List<Layer> managerLayers(Sections... sources) {
    return Arrays.stream(sources).map(Sections::manager).toList();
  }

  /** The Redis of the manager; null when none is configured, and every cache is local. */
  public @Nullable RemoteSettings remote() {
    return remote;
  }

  /** What keeps applications on one Redis apart; null when it was not given. */
  public @Nullable String namespace() {
    Layer.Assigned namespace = ofManager(Setting.NAMESPACE);
    Layer.Assigned said = (namespace == null) ? ofManager(Setting.APPLICATION_NAME) : namespace;
    return said == null ? null : said.as(String.class);
  }

  /** How old a copy may be that counts as fresh. */
  public Duration coherenceBound() {
    Layer.Assigned bound = ofManager(Setting.COHERENCE_BOUND);
    return bound == null ? Duration.ofSeconds(2) : bound.as(Duration.class);
  }

  /** Whether copies are compared with Redis after a time in which none could be proved fresh. */
  public boolean revalidatesAfterOutage() {
    Layer.Assigned said = ofManager(Setting.COHERENCE_AFTER_OUTAGE);
    return said == null || said.as(Kind.AfterOutage.class) == Kind.AfterOutage.REVALIDATE;
  }

  private @Nullable InstantSource checkedClock() {
    Layer.Assigned said = ofManager(Setting.CLOCK);
    if (said != null && remote != null) {
      throw said.place()
          .error(
              Setting.CLOCK.path(),
              "has no effect with a remote, where entries expire by the time of Redis: take it out,"
                  + " or remote.address, remote.redisson or the client");
    }
    return said == null ? null : said.as(InstantSource.class);
  }

  /** What tells the time instead of the machine; null for the machine. */
  public @Nullable InstantSource clock() {
    return clock;
  }

  /** Who is shown what the caches do. */
  public MetricsSettings metrics() {
    Layer.Assigned meters = ofManager(Setting.METER_REGISTRY);
    Layer.Assigned registry = ofManager(Setting.METRICS_REGISTRY);
    Layer.Assigned observations = ofManager(Setting.OBSERVATION_REGISTRY);
    Layer.Assigned summary = ofManager(Setting.METRICS_SUMMARY);
    Layer.Assigned server = ofManager(Setting.METRICS_SERVER);
    return new MetricsSettings(
        meters == null ? null : meters.value(),
        registry != null && registry.as(Kind.Registry.class) == Kind.Registry.GLOBAL,
        observations == null ? null : observations.value(),
        summary == null ? null : summary.as(Duration.class),
        server == null ? MetricsSettings.SERVER : server.as(Duration.class));
  }

  /** Where caches live of which nothing is said. */
  public Topology defaultTopology() {
    return Layers.of("", List.of(), sources().map(Sections::defaults).toList())
        .value(Setting.TOPOLOGY, Topology.class, Tiers.unsaid(remote()));
  }

  /** The cap on the sum of all caches' local weights, in bytes; null when there is none. */
  public @Nullable Long localMaximumWeight() {
    return cap == null ? null : cap.as(Long.class);
  }

  /**
   * The caches that the file, then those that the manager's properties name without {@code *} or
   * {@code ?}; in the file's order, those of properties by name. System properties only override.
   */
  public List<String> declaredCaches() {
    Set<String> names = new LinkedHashSet<>(file.exactNames());
    names.addAll(properties.exactNames());
    return List.copyOf(names);
  }

  /**
   * The settings of a cache that the configuration alone describes.
   *
   * @throws IllegalArgumentException if it is not one of {@link #declaredCaches()}
   * @throws javax.cache.CacheException if its settings contradict each other, or a class that they
   *     name can't be used
   */
  public CacheSettings<?, ?> declared(String cacheName) {
    if (!declaredCaches().contains(cacheName)) {
      throw new IllegalArgumentException(Place.owner(cacheName) + " is not declared");
    }
    Layers layers = layers(cacheName, Layer.EMPTY);
    Class<?> keyType = type(layers, Setting.KEY_TYPE);
    Class<?> valueType = type(layers, Setting.VALUE_TYPE);
    return resolve(layers, CodeLayer.none(keyType, valueType));
  }

  /**
   * The settings of a cache that code describes; types and listeners are the code's alone.
   *
   * @throws javax.cache.CacheException if the settings of code and file contradict each other, or a
   *     class that they name can't be used
   * @throws UnsupportedOperationException if code wants a remote cache by reference
   */
  public <K, V> CacheSettings<K, V> resolve(String cacheName, Configuration<K, V> code) {
    CodeLayer<K, V> said = CodeLayer.of(cacheName, code);
    return resolve(layers(cacheName, said.layer()), said);
  }

  /**
   * The settings of a resolved cache with what is ordered over all that was said of it; checked as
   * when it was made.
   *
   * @throws IllegalStateException if it is gone
   * @throws javax.cache.CacheException if an order is malformed, out of range, or contradicts
   *     something else
   */
  public CacheSettings<?, ?> tuned(String cacheName, Map<Tunable, String> orders) {
    Said<?, ?> said = open.get(cacheName);
    if (said == null) {
      throw new IllegalStateException(Place.owner(cacheName) + " is closed");
    }
    CacheSettings<?, ?> settings = tuned(said, Tunable.layer(cacheName, orders));
    budget.add(settings);
    return settings;
  }

  private <K, V> CacheSettings<K, V> tuned(Said<K, V> said, Layer orders) {
    Layers layers = said.layers.under(orders);
    return new Resolver(layers, tiers(layers, warning -> {}), loader, said.beans, cap)
        .resolve(said.code);
  }

  /** Tells that a cache is gone, so that its weight no longer counts towards the warning. */
  public void released(String cacheName) {
    open.remove(cacheName);
    budget.release(cacheName);
  }

  private <K, V> CacheSettings<K, V> resolve(Layers layers, CodeLayer<K, V> code) {
    Tiers tiers = tiers(layers, warnings);
    FoundBeans beans = new FoundBeans(beans());
    Resolver resolver = new Resolver(layers, tiers, loader, beans, cap);
    CacheSettings<K, V> settings = resolver.resolve(code);
    open.put(layers.cacheName(), new Said<>(layers, code, beans));
    if (resolver.isExpiryUnsaid()) {
      warnings.accept(
          Place.owner(layers.cacheName())
              + ": entries never expire: set timeToLive, or eternal: true if that is meant");
    }
    budget.add(settings);
    return settings;
  }

  private @Nullable Beans beans() {
    Layer.Assigned said = ofManager(Setting.BEANS);
    return said == null ? null : said.as(Beans.class);
  }

  private Tiers tiers(Layers layers, Consumer<String> told) {
    Layer.Assigned packages = ofManager(Setting.APPLICATION_PACKAGES);
    return new Tiers(layers, remote, packages == null ? List.of() : packages.as(List.class), told);
  }

  private Layers layers(String cacheName, Layer code) {
    List<Layer> own = new ArrayList<>();
    own.add(system.template(cacheName));
    own.add(properties.template(cacheName));
    own.add(code);
    own.add(file.template(cacheName));
    return Layers.of(cacheName, own, sources().map(Sections::defaults).toList());
  }

  private Class<?> type(Layers layers, Setting setting) {
    Layer.Assigned assigned = layers.firstOwn(setting);
    return assigned == null
        ? Object.class
        : NamedClassFactory.load(assigned.as(String.class), loader, setting, assigned.place());
  }

  private Layer.@Nullable Assigned ofManager(Setting setting) {
    return sources()
        .map(source -> source.manager().get(setting))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private Stream<Sections> sources() {
    return Stream.of(system, environment, properties, uri, file);
  }
}
