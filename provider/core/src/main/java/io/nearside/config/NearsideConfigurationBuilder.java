package io.nearside.config;

import io.nearside.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.cache.CacheException;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/**
 * Builds a {@link NearsideConfiguration}. Every method checks its value as a file's would be
 * checked, and throws {@link IllegalArgumentException} with the same words; a null is a {@link
 * NullPointerException}. Not thread-safe.
 */
public final class NearsideConfigurationBuilder<K, V> {
  private final Class<K> keyType;
  private final Class<V> valueType;
  private final Map<Setting, Object> settings = new EnumMap<>(Setting.class);
  private final List<CacheEntryListenerConfiguration<K, V>> listeners = new ArrayList<>();

  NearsideConfigurationBuilder(Class<K> keyType, Class<V> valueType) {
    this.keyType = Objects.requireNonNull(keyType, "keyType");
    this.valueType = Objects.requireNonNull(valueType, "valueType");
  }

  /** Where entries live. */
  public NearsideConfigurationBuilder<K, V> topology(Topology topology) {
    return set(Setting.TOPOLOGY, topology);
  }

  /** A named set of settings, such as {@code session}; single settings override it. */
  public NearsideConfigurationBuilder<K, V> preset(String name) {
    Objects.requireNonNull(name, "preset");
    return set(Setting.PRESET, checked(Setting.PRESET, () -> Preset.parse(name)));
  }

  /** Life counted from the last write; over 0. */
  public NearsideConfigurationBuilder<K, V> timeToLive(Duration timeToLive) {
    return set(Setting.TIME_TO_LIVE, timeToLive);
  }

  /** Entries are meant to live for ever. */
  public NearsideConfigurationBuilder<K, V> eternal() {
    return set(Setting.ETERNAL, true);
  }

  /** Life counted from the last write or read; over 0. */
  public NearsideConfigurationBuilder<K, V> sliding(Duration sliding) {
    return set(Setting.SLIDING, sliding);
  }

  /** The cap on what sliding can reach, counted from creation; at least what slides. */
  public NearsideConfigurationBuilder<K, V> maximumLife(Duration maximumLife) {
    return set(Setting.MAXIMUM_LIFE, maximumLife);
  }

  /** Life that follows the number of reads. */
  public NearsideConfigurationBuilder<K, V> adaptive(ExpirySettings.Adaptive adaptive) {
    set(Setting.ADAPTIVE_MINIMUM, adaptive.minimum());
    set(Setting.ADAPTIVE_MAXIMUM, adaptive.maximum());
    set(Setting.ADAPTIVE_POPULAR, adaptive.popular());
    return set(Setting.ADAPTIVE_HOT, adaptive.hot());
  }

  /** A policy of JSR-107; no jitter is applied to it unless asked for here. */
  public NearsideConfigurationBuilder<K, V> expiryPolicy(Factory<? extends ExpiryPolicy> policy) {
    return set(Setting.EXPIRY_POLICY, policy);
  }

  /** The greatest part, from 0 to 1, that is taken off a time to live. */
  public NearsideConfigurationBuilder<K, V> jitter(double ratio) {
    return set(Setting.JITTER_RATIO, ratio);
  }

  /** The spread of times to live. */
  public NearsideConfigurationBuilder<K, V> jitter(JitterSettings jitter) {
    set(Setting.JITTER_MODE, jitter.mode());
    return set(Setting.JITTER_RATIO, jitter.ratio());
  }

  /** What the local tier takes: {@code local -> local.maximumSize(10_000)}. */
  public NearsideConfigurationBuilder<K, V> local(Consumer<LocalBuilder> local) {
    local.accept(new LocalBuilder());
    return this;
  }

  /**
   * The age from which a read has an entry loaded anew in the background; under the time to live.
   * Needs a loader.
   */
  public NearsideConfigurationBuilder<K, V> softTimeToLive(Duration age) {
    return set(Setting.SOFT_TIME_TO_LIVE, age);
  }

  /**
   * The part of its life after which a read has an entry loaded anew in the background; over 0,
   * under 1. Needs a loader and a time to live.
   */
  public NearsideConfigurationBuilder<K, V> refreshAheadFactor(double part) {
    return set(Setting.REFRESH_AHEAD_FACTOR, part);
  }

  /**
   * By which rule a read has an entry loaded anew in the background before it expires. Needs a
   * loader and a time to live.
   */
  public NearsideConfigurationBuilder<K, V> refreshAhead(RefreshAhead rule) {
    return set(Setting.REFRESH_AHEAD, rule);
  }

  /**
   * How long an entry whose time is over stands in for loads that fail; over 0, at most 30 days.
   * Counted from the age from which entries are loaded anew, if there is one, else from the expiry.
   * Needs a loader, a time to live and the local topology.
   */
  public NearsideConfigurationBuilder<K, V> staleIfError(Duration time) {
    return set(Setting.STALE_IF_ERROR, time);
  }

  /** How long a key is left alone whose load failed; over 0, at most one hour. */
  public NearsideConfigurationBuilder<K, V> throttle(Duration pause) {
    return set(Setting.THROTTLE, pause);
  }

  /**
   * Keys that are chosen by {@link io.nearside.NearsideCache#autoRefresh} are loaded anew so often,
   * whether they are read or not; 30 seconds to 5 minutes, and under the time to live. Needs a
   * loader.
   */
  public NearsideConfigurationBuilder<K, V> refreshInterval(Duration interval) {
    return set(Setting.REFRESH_INTERVAL, interval);
  }

  /** Until nobody has read them here for so long; {@code refreshInterval} to 24 hours. */
  public NearsideConfigurationBuilder<K, V> stopRefreshAfterLastAccess(Duration pause) {
    return set(Setting.REFRESH_STOP, pause);
  }

  /** So many at a time; 1 to 64. */
  public NearsideConfigurationBuilder<K, V> refreshConcurrency(int loads) {
    return set(Setting.REFRESH_CONCURRENCY, loads);
  }

  /**
   * Keeps a sample of the keys that are read in a directory, which must be there, so that {@link
   * io.nearside.NearsideCache#warmFromRecord} can warm the cache after a restart; known by keyed
   * hashes, unless {@link WarmRecordBuilder#clearKeys} allows more. Needs a loader.
   */
  public NearsideConfigurationBuilder<K, V> warmRecord(Path directory) {
    return warmRecord(directory, record -> {});
  }

  /** The same with more to say: {@code warmRecord(directory, record -> record.clearKeys())}. */
  public NearsideConfigurationBuilder<K, V> warmRecord(
      Path directory, Consumer<WarmRecordBuilder> record) {
    set(Setting.WARM_RECORD_DIRECTORY, directory.toAbsolutePath());
    record.accept(new WarmRecordBuilder());
    return this;
  }

  /**
   * For how long the cache remembers that its source has nothing for a key, and does not ask again;
   * over 0, at most one hour. Needs a loader. Another's insert into the source stays hidden so
   * long, unless it is put into the cache, or its key removed.
   */
  public NearsideConfigurationBuilder<K, V> notFoundTimeToLive(Duration life) {
    return set(Setting.NOT_FOUND_TIME_TO_LIVE, life);
  }

  /** The most keys that are remembered so in this JVM, and half of the most in Redis; over 0. */
  public NearsideConfigurationBuilder<K, V> notFoundMaximumSize(int keys) {
    return set(Setting.NOT_FOUND_MAXIMUM_SIZE, keys);
  }

  /**
   * What the loader throws, itself or as the cause of a {@code CacheLoaderException}, to say that
   * the source has nothing for a key: as if it had returned null.
   */
  @SafeVarargs
  public final NearsideConfigurationBuilder<K, V> notFoundExceptions(
      Class<? extends RuntimeException>... types) {
    return set(Setting.NOT_FOUND_EXCEPTIONS, List.of(types));
  }

  /** What the remote tier takes: {@code remote -> remote.maximumValueBytes(8 << 20)}. */
  public NearsideConfigurationBuilder<K, V> remote(Consumer<RemoteBuilder> remote) {
    remote.accept(new RemoteBuilder());
    return this;
  }

  /** The version of the values, over 0; each has entries of its own in the remote tier. */
  public NearsideConfigurationBuilder<K, V> schemaVersion(int version) {
    return set(Setting.SCHEMA_VERSION, version);
  }

  /** What writes values as bytes, such as {@code fory}; all codecs can be read. */
  public NearsideConfigurationBuilder<K, V> codec(String name) {
    return set(Setting.CODEC, name);
  }

  /** How values are made smaller, and from which size on, which is over 0. */
  public NearsideConfigurationBuilder<K, V> compression(
      RemoteCacheSettings.Compression compression) {
    set(Setting.COMPRESSION_ALGORITHM, compression.algorithm());
    return set(Setting.COMPRESSION_THRESHOLD, compression.thresholdBytes());
  }

  /**
   * Classes that may be read from the remote tier, beside the declared types and what they imply:
   * {@code com.shop.Product}, {@code com.shop.*} or {@code com.shop.**}.
   */
  public NearsideConfigurationBuilder<K, V> allowedTypes(String... patterns) {
    return set(Setting.ALLOWED_TYPES, List.of(patterns));
  }

  /** Without Redis, reads and simple writes go on; this is the default. */
  public NearsideConfigurationBuilder<K, V> failSafe() {
    return set(Setting.DEGRADED_MODE, Kind.DegradedMode.FAIL_SAFE);
  }

  /** Without Redis, reads and writes fail. */
  public NearsideConfigurationBuilder<K, V> failFast() {
    return set(Setting.DEGRADED_MODE, Kind.DegradedMode.FAIL_FAST);
  }

  /**
   * Without Redis, reads are answered by copies in the JVM first.
   *
   * @param maximumStaleness how old they may be; over 0, at most one hour
   */
  public NearsideConfigurationBuilder<K, V> staleReads(Duration maximumStaleness) {
    set(Setting.DEGRADED_MAXIMUM_STALENESS, maximumStaleness);
    return set(Setting.DEGRADED_READS, Kind.DegradedReads.COPIES);
  }

  /** Listeners hear of what other nodes do too. */
  public NearsideConfigurationBuilder<K, V> clusterEvents() {
    return set(Setting.EVENTS_SCOPE, Kind.Reach.CLUSTER);
  }

  /** Listeners hear of what this node does; this is the default. */
  public NearsideConfigurationBuilder<K, V> localEvents() {
    return set(Setting.EVENTS_SCOPE, Kind.Reach.LOCAL);
  }

  /** Loads misses, and so implies read-through; every cache of this configuration shares it. */
  public NearsideConfigurationBuilder<K, V> loader(CacheLoader<K, V> loader) {
    Objects.requireNonNull(loader, "loader");
    return loader(new FactoryBuilder.SingletonFactory<>(loader));
  }

  /** Makes the loader of misses, and so implies read-through. */
  public NearsideConfigurationBuilder<K, V> loader(
      Factory<? extends CacheLoader<K, V>> loaderFactory) {
    return set(Setting.LOADER, loaderFactory);
  }

  /** How misses are loaded: {@code load -> load.hardTimeout(Duration.ofSeconds(5))}. */
  public NearsideConfigurationBuilder<K, V> load(Consumer<LoadBuilder> load) {
    load.accept(new LoadBuilder());
    return this;
  }

  /** Writes changes, and so implies write-through; every cache of this configuration shares it. */
  public NearsideConfigurationBuilder<K, V> writer(CacheWriter<? super K, ? super V> writer) {
    Objects.requireNonNull(writer, "writer");
    return writer(new FactoryBuilder.SingletonFactory<CacheWriter<? super K, ? super V>>(writer));
  }

  /** Makes the writer of changes, and so implies write-through. */
  public NearsideConfigurationBuilder<K, V> writer(
      Factory<? extends CacheWriter<? super K, ? super V>> writerFactory) {
    return set(Setting.WRITER, writerFactory);
  }

  /** Whether misses ask the loader; a loader alone implies it. */
  public NearsideConfigurationBuilder<K, V> readThrough(boolean readThrough) {
    return set(Setting.READ_THROUGH, readThrough);
  }

  /** Whether changes go to the writer; a writer alone implies it. */
  public NearsideConfigurationBuilder<K, V> writeThrough(boolean writeThrough) {
    return set(Setting.WRITE_THROUGH, writeThrough);
  }

  /**
   * Changes reach the writer later, by a queue in Redis, or for local caches in memory or on disk:
   * {@code writeBehind(queue -> queue.flushInterval(Duration.ofSeconds(1)))}.
   */
  public NearsideConfigurationBuilder<K, V> writeBehind(Consumer<WriteBehindBuilder> queue) {
    settings.putIfAbsent(
        Setting.WRITE_BEHIND_FLUSH_INTERVAL, WriteBehindSettings.DEFAULT.flushInterval());
    queue.accept(new WriteBehindBuilder());
    return this;
  }

  /** Whether the cache counts. */
  public NearsideConfigurationBuilder<K, V> statistics(boolean enabled) {
    return set(Setting.STATISTICS, enabled);
  }

  /** Whether the cache has a management MBean. */
  public NearsideConfigurationBuilder<K, V> management(boolean enabled) {
    return set(Setting.MANAGEMENT, enabled);
  }

  /** Whether keys and values are copied in and out; they are by default. */
  public NearsideConfigurationBuilder<K, V> storeByValue(boolean storeByValue) {
    return set(Setting.STORE_BY_VALUE, storeByValue);
  }

  /** The same as {@code storeByValue(false)}. */
  public NearsideConfigurationBuilder<K, V> byReference() {
    return storeByValue(false);
  }

  /** A listener from the start; the same one twice is refused. */
  public NearsideConfigurationBuilder<K, V> listener(
      CacheEntryListenerConfiguration<K, V> listener) {
    if (listeners.contains(Objects.requireNonNull(listener, "listener"))) {
      throw new IllegalArgumentException("listener must be given once, was given twice");
    }
    listeners.add(listener);
    return this;
  }

  /** The events that may wait for one asynchronous listener; over 0. */
  public NearsideConfigurationBuilder<K, V> maximumQueuedEvents(int events) {
    return set(Setting.EVENTS_MAXIMUM_QUEUED, events);
  }

  /**
   * The configuration.
   *
   * @throws IllegalArgumentException if settings can't stand together
   */
  public NearsideConfiguration<K, V> build() {
    Map<Setting, Object> built = new EnumMap<>(settings);
    imply(built, Setting.LOADER, Setting.READ_THROUGH);
    imply(built, Setting.WRITER, Setting.WRITE_THROUGH);
    try {
      Layer layer = Layer.of(built, new Place("", ""));
      Mixes.check(layer);
      Tiers.check(layer);
      Expiry.ofLayer(layer);
    } catch (CacheException impossible) {
      throw new IllegalArgumentException(impossible.getMessage(), impossible);
    }
    return new NearsideConfiguration<>(keyType, valueType, built, listeners);
  }

  private static void imply(Map<Setting, Object> settings, Setting source, Setting mode) {
    if (settings.containsKey(source)) {
      settings.putIfAbsent(mode, true);
    }
  }

  private NearsideConfigurationBuilder<K, V> set(Setting setting, Object value) {
    Objects.requireNonNull(value, setting.path());
    settings.put(setting, checked(setting, () -> setting.check(value)));
    return this;
  }

  private static <T> T checked(Setting setting, Supplier<T> check) {
    try {
      return check.get();
    } catch (IllegalArgumentException refused) {
      throw new IllegalArgumentException(setting.path() + " " + refused.getMessage(), refused);
    }
  }

  /** The local tier: its bound, which is one of the first two, and what it copies. */
  public final class LocalBuilder {
    private LocalBuilder() {}

    /** The most entries; over 0. */
    public LocalBuilder maximumSize(long entries) {
      set(Setting.LOCAL_MAXIMUM_SIZE, entries);
      return this;
    }

    /** The most bytes, estimated; over 0. */
    public LocalBuilder maximumWeight(long bytes) {
      set(Setting.LOCAL_MAXIMUM_WEIGHT, bytes);
      return this;
    }

    /** The longest life of a copy; over 0. */
    public LocalBuilder timeToLive(Duration timeToLive) {
      set(Setting.LOCAL_TIME_TO_LIVE, timeToLive);
      return this;
    }

    /** What a value may have, encoded, to be copied; over 0. */
    public LocalBuilder maximumValueBytes(long bytes) {
      set(Setting.LOCAL_MAXIMUM_VALUE_BYTES, bytes);
      return this;
    }

    /** The reads of a key within a minute before it is copied; 1 to 15. */
    public LocalBuilder promoteAfter(int reads) {
      set(Setting.LOCAL_PROMOTE_AFTER, reads);
      return this;
    }
  }

  /** How misses are loaded. */
  public final class LoadBuilder {
    private LoadBuilder() {}

    /**
     * How long a caller waits for a load until what {@code staleIfError} keeps answers, if it keeps
     * something of the key, while the load goes on; over 0, at most one hour, and less than {@code
     * hardTimeout}. The loader then runs in a thread of the manager's.
     */
    public LoadBuilder softTimeout(Duration softTimeout) {
      set(Setting.LOAD_SOFT_TIMEOUT, softTimeout);
      return this;
    }

    /**
     * How long a caller waits for a load; over 0, at most one hour. The loader then runs in a
     * thread of the manager's.
     */
    public LoadBuilder hardTimeout(Duration hardTimeout) {
      set(Setting.LOAD_HARD_TIMEOUT, hardTimeout);
      return this;
    }

    /** The loads of this cache under way at a time in one JVM; 1 to 10,000. */
    public LoadBuilder maximumConcurrent(int loads) {
      set(Setting.LOAD_MAXIMUM_CONCURRENT, loads);
      return this;
    }

    /**
     * Counts the loads of all nodes together against {@link #maximumConcurrent}; for a cache with a
     * remote tier. It costs each load one round trip more.
     */
    public LoadBuilder acrossNodes() {
      set(Setting.LOAD_MAXIMUM_CONCURRENT_SCOPE, Kind.Reach.CLUSTER);
      return this;
    }

    /** How long a load's right to store outlives its node; one second to five minutes. */
    public LoadBuilder lease(Duration lease) {
      set(Setting.LOAD_LEASE, lease);
      return this;
    }
  }

  /** The record of what is read. */
  public final class WarmRecordBuilder {
    private WarmRecordBuilder() {}

    /**
     * Keeps the keys as they are, so that the cache can be warmed without being told which keys
     * there are; whoever reads the directory reads the keys.
     */
    public WarmRecordBuilder clearKeys() {
      set(Setting.WARM_RECORD_KEYS, Kind.RecordKeys.CLEAR);
      return this;
    }

    /** The most keys that a node keeps there; 1 to 100,000. */
    public WarmRecordBuilder maximumKeys(int keys) {
      set(Setting.WARM_RECORD_MAXIMUM_KEYS, keys);
      return this;
    }
  }

  /** The remote tier. */
  public final class RemoteBuilder {
    private RemoteBuilder() {}

    /** What a value may have, encoded; larger ones are refused; over 0, at most 512 MiB. */
    public RemoteBuilder maximumValueBytes(long bytes) {
      set(Setting.REMOTE_MAXIMUM_VALUE_BYTES, bytes);
      return this;
    }
  }

  /** The queue of write-behind. */
  public final class WriteBehindBuilder {
    private WriteBehindBuilder() {}

    /** How long a write waits for others of its batch; over 0, at most one hour. */
    public WriteBehindBuilder flushInterval(Duration interval) {
      set(Setting.WRITE_BEHIND_FLUSH_INTERVAL, interval);
      return this;
    }

    /** The most writes that the writer gets at once; 1 to 10,000. */
    public WriteBehindBuilder batchSize(int writes) {
      set(Setting.WRITE_BEHIND_BATCH_SIZE, writes);
      return this;
    }

    /** How often a write is tried before it is parked; 1 to 1,000. */
    public WriteBehindBuilder maxAttempts(int attempts) {
      set(Setting.WRITE_BEHIND_MAX_ATTEMPTS, attempts);
      return this;
    }

    /** While a write waits for longer, the queue counts as full; over 0. */
    public WriteBehindBuilder maximumLag(Duration lag) {
      set(Setting.WRITE_BEHIND_MAXIMUM_LAG, lag);
      return this;
    }

    /** The most writes that wait, parked ones included; 1 to 10,000,000. */
    public WriteBehindBuilder maximumDepth(int writes) {
      set(Setting.WRITE_BEHIND_MAXIMUM_DEPTH, writes);
      return this;
    }

    /** A change that finds the queue full waits for so long, then throws; at most one hour. */
    public WriteBehindBuilder block(Duration longest) {
      Objects.requireNonNull(longest, Setting.WRITE_BEHIND_WHEN_FULL.path());
      set(
          Setting.WRITE_BEHIND_WHEN_FULL,
          checked(Setting.WRITE_BEHIND_WHEN_FULL, () -> Units.duration(longest)));
      return this;
    }

    /**
     * A change over Redis returns only when a replica of its master has it too, and throws an
     * {@link io.nearside.UnconfirmedWriteException} when none says so within {@code
     * remote.timeout}. Not for local caches.
     */
    public WriteBehindBuilder acknowledgedByReplica() {
      set(Setting.WRITE_BEHIND_ACKNOWLEDGE, Kind.Acknowledge.REPLICA);
      return this;
    }

    /**
     * Keeps the queue of a local cache in a directory, where it outlives the JVM; it must be there.
     * Needs {@code com.h2database:h2-mvstore}.
     */
    public WriteBehindBuilder journal(Path directory) {
      set(Setting.WRITE_BEHIND_JOURNAL, directory.toAbsolutePath());
      return this;
    }

    /** What the writes that wait in a journal may take, encoded; over 0. */
    public WriteBehindBuilder maximumBytes(long bytes) {
      set(Setting.WRITE_BEHIND_MAXIMUM_BYTES, bytes);
      return this;
    }

    /** A change that finds the queue full throws at once. */
    public WriteBehindBuilder fail() {
      set(Setting.WRITE_BEHIND_WHEN_FULL, Duration.ZERO);
      return this;
    }
  }
}
