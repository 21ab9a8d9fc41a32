package io.nearside.config;

import io.nearside.Topology;
import io.nearside.config.Kind.DegradedMode;
import io.nearside.config.Kind.DegradedReads;
import io.nearside.config.Kind.Reach;
import io.nearside.config.RemoteCacheSettings.Compression;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides where the entries of a cache live, and refuses what can't be heeded there. Who says the
 * topology of a single cache overrides what farther sources say of the other tier, but nothing
 * nearer may speak of it; defaults, and a topology that nobody said, refuse nothing.
 */
final class Tiers {
  private static final List<Setting> OF_REMOTE =
      List.of(
          Setting.SCHEMA_VERSION,
          Setting.CODEC,
          Setting.COMPRESSION_ALGORITHM,
          Setting.COMPRESSION_THRESHOLD,
          Setting.REMOTE_MAXIMUM_VALUE_BYTES,
          Setting.ALLOWED_TYPES,
          Setting.DEGRADED_MODE,
          Setting.EVENTS_SCOPE,
          Setting.LOAD_MAXIMUM_CONCURRENT_SCOPE);

  /** What a local cache heeds too whose writes wait on disk. */
  private static final List<Setting> OF_BYTES =
      List.of(
          Setting.CODEC,
          Setting.COMPRESSION_ALGORITHM,
          Setting.COMPRESSION_THRESHOLD,
          Setting.REMOTE_MAXIMUM_VALUE_BYTES,
          Setting.ALLOWED_TYPES);

  private static final List<Setting> OF_COPIES =
      List.of(
          Setting.LOCAL_TIME_TO_LIVE,
          Setting.LOCAL_MAXIMUM_VALUE_BYTES,
          Setting.LOCAL_PROMOTE_AFTER,
          Setting.DEGRADED_READS,
          Setting.DEGRADED_MAXIMUM_STALENESS);
  private static final List<Setting> OF_LOCAL =
      List.of(Setting.LOCAL_MAXIMUM_SIZE, Setting.LOCAL_MAXIMUM_WEIGHT);
  private static final Map<Topology, List<Setting>> FOREIGN =
      Map.of(
          Topology.LOCAL, Layers.concat(OF_REMOTE, OF_COPIES),
          Topology.REMOTE, Layers.concat(OF_LOCAL, OF_COPIES),
          Topology.TWO_TIER, List.of());

  private static final String STAMPS_WITH_COPIES =
      "topology two-tier lets Hibernate's query cache answer from before a change, for a stamp that"
          + " is read from a copy may be an old one: set topology: remote for this cache";
  private static final String STAMPS_THAT_END =
      "makes Hibernate's query cache answer from before a change, for results may outlive the stamp"
          + " that calls them old: set eternal: true for this cache";

  private static final String STAMPS_EVICTED =
      "may make Hibernate's query cache answer from before a change, for a stamp that is evicted"
          + " counts as none: take it out for this cache";

  private final Layers layers;
  private final @Nullable RemoteSettings remote;
  private final List<?> packages;
  private final Consumer<String> warnings;

  /**
   * @param packages what every cache allows
   */
  Tiers(
      Layers layers, @Nullable RemoteSettings remote, List<?> packages, Consumer<String> warnings) {
    this.layers = layers;
    this.remote = remote;
    this.packages = packages;
    this.warnings = warnings;
  }

  /** That of the manager; null if it has none. */
  @Nullable RemoteSettings remote() {
    return remote;
  }

  /** Where caches live of which nobody says it. */
  static Topology unsaid(@Nullable RemoteSettings remote) {
    return remote == null ? Topology.LOCAL : Topology.TWO_TIER;
  }

  /** Refuses, within what one source says of one cache, settings of a tier that it rules out. */
  static void check(Layer layer) {
    Layer.Assigned said = layer.get(Setting.TOPOLOGY);
    if (said != null) {
      Topology topology = said.as(Topology.class);
      foreign(topology, setting -> layer.get(setting) != null)
          .forEach(setting -> refuse(layer.get(setting), setting, topology));
    }
  }

  private static List<Setting> foreign(Topology topology, Predicate<Setting> said) {
    List<Setting> foreign = Objects.requireNonNull(FOREIGN.get(topology));
    List<Setting> heeded = (topology == Topology.LOCAL) ? heeded(said) : List.of();
    return foreign.stream().filter(setting -> !heeded.contains(setting)).toList();
  }

  /** What a local cache heeds too. */
  private static List<Setting> heeded(Predicate<Setting> said) {
    if (said.test(Setting.WRITE_BEHIND_JOURNAL)) {
      return OF_BYTES;
    }
    return said.test(Setting.WARM_RECORD_DIRECTORY) ? List.of(Setting.ALLOWED_TYPES) : List.of();
  }

  private List<Setting> foreign(Topology topology) {
    return foreign(topology, setting -> layers.first(setting) != null);
  }

  private static void refuse(Layer.@Nullable Assigned foreign, Setting setting, Topology topology) {
    if (foreign != null) {
      throw foreign.place().error(setting.path(), problem(topology) + ": take one of them out");
    }
  }

  private static String problem(Topology topology) {
    return "has no effect with topology " + Choice.name(topology);
  }

  /**
   * @throws javax.cache.CacheException if there is no such tier, or a setting for this very cache
   *     speaks of the other one
   */
  Topology topology() {
    Layer.Assigned said = layers.first(Setting.TOPOLOGY);
    Topology topology = said == null ? unsaid(remote) : said.as(Topology.class);
    if (said != null && topology != Topology.LOCAL && remote == null) {
      throw said.place()
          .error(
              Setting.TOPOLOGY.path(),
              "was "
                  + Choice.name(topology)
                  + ", but the manager has no remote: give remote.address"
                  + " (NEARSIDE_REMOTE_ADDRESS) or remote.redisson, or write local");
    }
    boolean stamps = topology == Topology.TWO_TIER && layers.isTimestamps();
    if (layers.firstOwn(Setting.TOPOLOGY) != null) {
      refuseForeign(topology);
      if (stamps && said != null) {
        warnings.accept(said.place().message(STAMPS_WITH_COPIES));
      }
      return topology;
    }
    if (stamps) {
      topology = Topology.REMOTE;
    }
    if (said != null || topology != Topology.LOCAL) {
      warnOfForeign(topology);
    }
    return topology;
  }

  /** Warns of Hibernate's timestamps where this very cache is told to end them. */
  void warnOfStampsThatEnd(Expiry expiry) {
    Setting end = layers.isTimestamps() ? expiry.end() : null;
    if (end != null) {
      Place place = Objects.requireNonNull(layers.first(end)).place();
      warnings.accept(place.message(end.path() + " " + STAMPS_THAT_END));
    }
  }

  /** Likewise where it is told to hold only some of them, and nobody else holds the others. */
  void warnOfEvictedStamps(Layer.Assigned bound, Setting setting, boolean timestamps) {
    if (timestamps) {
      warnings.accept(bound.place().message(setting.path() + " " + STAMPS_EVICTED));
    }
  }

  private void refuseForeign(Topology topology) {
    for (Layer layer : layers.own()) {
      foreign(topology).forEach(setting -> refuse(layer.get(setting), setting, topology));
      if (layer.get(Setting.TOPOLOGY) != null) {
        return;
      }
    }
  }

  private void warnOfForeign(Topology topology) {
    for (Setting setting : foreign(topology)) {
      Layer.Assigned foreign = layers.firstOwn(setting);
      if (foreign != null) {
        warnings.accept(foreign.place().message(setting.path() + " " + problem(topology)));
      }
    }
  }

  /** What the cache does with its remote tier; only to be asked of a cache that has one. */
  RemoteCacheSettings remoteSettings() {
    RemoteCacheSettings byDefault = RemoteCacheSettings.DEFAULT;
    Reach events = layers.value(Setting.EVENTS_SCOPE, Reach.class, Reach.LOCAL);
    return new RemoteCacheSettings(
        layers.value(Setting.SCHEMA_VERSION, Integer.class, byDefault.schemaVersion()),
        layers.value(Setting.CODEC, String.class, byDefault.codec()),
        compression(),
        layers.value(Setting.REMOTE_MAXIMUM_VALUE_BYTES, Long.class, byDefault.maximumValueBytes()),
        allowedTypes(),
        degradedMode() == DegradedMode.FAIL_SAFE,
        events == Reach.CLUSTER,
        layers.isTimestamps());
  }

  /** What a two-tier cache keeps in the JVM. */
  CopySettings copySettings() {
    CopySettings byDefault = CopySettings.DEFAULT;
    Duration staleness =
        layers.value(
            Setting.DEGRADED_MAXIMUM_STALENESS,
            Duration.class,
            CopySettings.DEFAULT_MAXIMUM_STALENESS);
    return new CopySettings(
        layers.value(Setting.LOCAL_TIME_TO_LIVE, Duration.class, byDefault.timeToLive()),
        layers.value(Setting.LOCAL_MAXIMUM_VALUE_BYTES, Long.class, byDefault.maximumValueBytes()),
        layers.value(Setting.LOCAL_PROMOTE_AFTER, Integer.class, byDefault.promoteAfter()),
        copiesAnswerWithoutRedis() ? staleness : null);
  }

  private boolean copiesAnswerWithoutRedis() {
    DegradedReads reads =
        layers.value(Setting.DEGRADED_READS, DegradedReads.class, DegradedReads.SOURCE);
    if (reads == DegradedReads.SOURCE) {
      refuseIdle(
          Setting.DEGRADED_MAXIMUM_STALENESS,
          Setting.DEGRADED_READS,
          "needs degraded.reads copies, whose age it caps: give it too");
      return false;
    }
    if (degradedMode() == DegradedMode.FAIL_FAST) {
      refuseIdle(Setting.DEGRADED_READS, Setting.DEGRADED_MODE, Mixes.IDLE_WHEN_FAILING_FAST);
      refuseIdle(
          Setting.DEGRADED_MAXIMUM_STALENESS, Setting.DEGRADED_MODE, Mixes.IDLE_WHEN_FAILING_FAST);
      return false;
    }
    return true;
  }

  /** Refuses what this very cache says in vain, unless what makes it vain is nearer still. */
  private void refuseIdle(Setting idle, Setting decisive, String problem) {
    for (Layer layer : layers.own()) {
      Layer.Assigned said = layer.get(idle);
      if (said != null) {
        throw said.place().error(idle.path(), problem);
      }
      if (layer.get(decisive) != null) {
        return;
      }
    }
  }

  private DegradedMode degradedMode() {
    return layers.value(Setting.DEGRADED_MODE, DegradedMode.class, DegradedMode.FAIL_SAFE);
  }

  private Compression compression() {
    return new Compression(
        layers.value(
            Setting.COMPRESSION_ALGORITHM,
            Compression.Algorithm.class,
            Compression.DEFAULT.algorithm()),
        layers.value(
            Setting.COMPRESSION_THRESHOLD, Long.class, Compression.DEFAULT.thresholdBytes()));
  }

  private List<String> allowedTypes() {
    List<?> patterns = layers.value(Setting.ALLOWED_TYPES, List.class, List.of());
    return Stream.concat(patterns.stream(), packages.stream()).map(String.class::cast).toList();
  }
}
