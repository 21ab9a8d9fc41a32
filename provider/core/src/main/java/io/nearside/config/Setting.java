package io.nearside.config;

import static io.nearside.config.Availability.LATER;
import static io.nearside.config.Availability.NOW;
import static io.nearside.config.Setting.Scope.ANY_CACHE;
import static io.nearside.config.Setting.Scope.MANAGER;
import static io.nearside.config.Setting.Scope.NAMED_CACHE;

import java.util.function.Supplier;

/**
 * The table of all settings. Files, properties, environment variables, the builder, error messages
 * and the user's table are all driven by it, so that a setting has one name, type and meaning.
 */
enum Setting {
  NAMESPACE("namespace", MANAGER, Kind.NAME, NOW, "keeps applications on one Redis apart"),
  APPLICATION_NAME(
      "application.name",
      MANAGER,
      Kind.NAME,
      NOW,
      "the namespace where nobody says one; frameworks give it"),
  APPLICATION_PACKAGES(
      "application.packages",
      MANAGER,
      Kind.PATTERNS,
      NOW,
      "allowed in all caches, beside their `allowedTypes`; frameworks give it"),
  MANAGER_MAXIMUM_WEIGHT(
      "local.maximumWeight", MANAGER, Kind.SIZE, NOW, "cap on the local weight of all caches"),
  COHERENCE_BOUND(
      "coherence.bound",
      MANAGER,
      Kind.DURATION,
      NOW,
      "how old a fresh copy may be; default `2s`, `500ms` to `1m`"),
  COHERENCE_AFTER_OUTAGE(
      "coherence.afterOutage",
      MANAGER,
      Kind.AFTER_OUTAGE,
      NOW,
      "copies from before one: `revalidate` (default), or `trust`"),
  METER_REGISTRY(
      "meterRegistry",
      MANAGER,
      Kind.METER_REGISTRY,
      NOW,
      "where meters go, a Micrometer `MeterRegistry`; only as a property"),
  OBSERVATION_REGISTRY(
      "observationRegistry",
      MANAGER,
      Kind.OBSERVATION_REGISTRY,
      NOW,
      "what makes spans, a Micrometer `ObservationRegistry`; only as a property"),
  CLOCK(
      "clock",
      MANAGER,
      Kind.CLOCK,
      NOW,
      "for tests: what tells the time instead of the machine, where there is no Redis; only as a"
          + " property"),
  BEANS(
      "beans",
      MANAGER,
      Kind.BEANS,
      NOW,
      "where `loader` and `writer` find a framework's beans, an `io.nearside.Beans`; only as a"
          + " property"),
  METRICS_REGISTRY(
      "metrics.registry",
      MANAGER,
      Kind.REGISTRY,
      NOW,
      "where meters go if no registry is handed over: `none` (default), or `global`, which is"
          + " Micrometer's `Metrics.globalRegistry`"),
  METRICS_SUMMARY(
      "metrics.summary",
      MANAGER,
      Kind.DURATION,
      NOW,
      "how often a line in the log sums up what the caches did; default: never, `1s` to `24h`"),
  METRICS_SERVER(
      "metrics.server",
      MANAGER,
      Kind.DURATION,
      NOW,
      "how often one of the nodes that have meters asks Redis for its own figures; default `15s`,"
          + " `1s` to `1h`"),
  REDISSON(
      "redisson", MANAGER, Kind.CLIENT, NOW, "the application's own client; only as a property"),
  REMOTE_ADDRESS("remote.address", MANAGER, Kind.ADDRESS, NOW, "where Redis is; see below"),
  REMOTE_REDISSON("remote.redisson", MANAGER, Kind.LOCATION, NOW, "a Redisson YAML instead"),
  REMOTE_USERNAME("remote.username", MANAGER, Kind.TEXT, NOW, "Redis user"),
  REMOTE_PASSWORD("remote.password", MANAGER, Kind.SECRET, NOW, "Redis password"),
  REMOTE_INSECURE(
      "remote.insecure",
      MANAGER,
      Kind.BOOLEAN,
      NOW,
      "plain text over a network is meant; default `false`"),
  REMOTE_TIMEOUT(
      "remote.timeout",
      MANAGER,
      Kind.DURATION,
      NOW,
      "of one remote call; default `100ms`, at most `1m`"),
  REMOTE_CONNECT_TIMEOUT(
      "remote.connectTimeout",
      MANAGER,
      Kind.DURATION,
      NOW,
      "of one connection attempt; default `1s`, at most `1m`"),
  REMOTE_POOL_MINIMUM_IDLE(
      "remote.pool.minimumIdle",
      MANAGER,
      Kind.INTEGER,
      NOW,
      "connections per master kept open; default 1"),
  REMOTE_POOL_MAXIMUM(
      "remote.pool.maximum",
      MANAGER,
      Kind.INTEGER,
      NOW,
      "most connections per master; default 16, at most 1,000"),
  REMOTE_PARTITIONS(
      "remote.partitions",
      MANAGER,
      Kind.INTEGER,
      NOW,
      "partitions of each cache, the same for the whole namespace; default 256, at most 16,384"),
  REMOTE_TLS_TRUST(
      "remote.tls.trust",
      MANAGER,
      Kind.LOCATION,
      NOW,
      "certificates trusted, PEM or a key store; default: the JVM's"),
  REMOTE_TLS_RELOAD(
      "remote.tls.reload",
      MANAGER,
      Kind.DURATION,
      NOW,
      "how often they are read again; default: never, at least `1s`"),
  BREAKER_MINIMUM_CALLS(
      "remote.circuitBreaker.minimumCalls",
      MANAGER,
      Kind.INTEGER,
      NOW,
      "calls in the window before a rate counts; default 20"),
  BREAKER_FAILURE_RATE(
      "remote.circuitBreaker.failureRate",
      MANAGER,
      Kind.RATIO,
      NOW,
      "of calls failing that opens it; over 0, default `50%`"),
  BREAKER_FAILURE_THRESHOLD(
      "remote.circuitBreaker.failureThreshold",
      MANAGER,
      Kind.INTEGER,
      NOW,
      "failures in a row that open it too; default: none do"),
  BREAKER_WINDOW(
      "remote.circuitBreaker.window",
      MANAGER,
      Kind.DURATION,
      NOW,
      "time over which calls are counted, in whole seconds; default `1s`, at most `10m`"),
  BREAKER_OPEN_DURATION(
      "remote.circuitBreaker.openDuration",
      MANAGER,
      Kind.DURATION,
      NOW,
      "first time without calls, unless Redis answers before; default `1s`"),
  BREAKER_MAXIMUM_OPEN_DURATION(
      "remote.circuitBreaker.maximumOpenDuration",
      MANAGER,
      Kind.DURATION,
      NOW,
      "what it grows to; default `10s`"),

  KEY_TYPE("keyType", NAMED_CACHE, Kind.CLASS, NOW, "class of the keys of a declared cache"),
  VALUE_TYPE("valueType", NAMED_CACHE, Kind.CLASS, NOW, "class of the values of a declared cache"),
  SCHEMA_VERSION(
      "schemaVersion",
      NAMED_CACHE,
      Kind.INTEGER,
      NOW,
      "version of the values: each has entries of its own; default 1"),
  TOPOLOGY(
      "topology",
      ANY_CACHE,
      Kind.TOPOLOGY,
      NOW,
      "where entries live; default `two-tier` with a remote, else `local`"),
  PRESET("preset", ANY_CACHE, Kind.PRESET, NOW, "a named set of settings, see below"),
  TIME_TO_LIVE("timeToLive", ANY_CACHE, Kind.DURATION, NOW, "life counted from the last write"),
  ETERNAL("eternal", ANY_CACHE, Kind.BOOLEAN, NOW, "entries are meant to live for ever"),
  JITTER_RATIO(
      "jitter.ratio", ANY_CACHE, Kind.RATIO, NOW, "spread of times to live; default `10%`"),
  JITTER_MODE(
      "jitter.mode", ANY_CACHE, Kind.JITTER_MODE, NOW, "shorter only (default), or longer too"),
  SOFT_TIME_TO_LIVE(
      "expiry.softTimeToLive",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "age from which a read has an entry loaded anew; under `timeToLive`"),
  SLIDING("expiry.sliding", ANY_CACHE, Kind.DURATION, NOW, "life counted from the last access"),
  MAXIMUM_LIFE(
      "expiry.maximumLife", ANY_CACHE, Kind.DURATION, NOW, "cap on sliding, counted from creation"),
  ADAPTIVE_MINIMUM(
      "expiry.adaptive.minimum", ANY_CACHE, Kind.DURATION, NOW, "life of what is seldom read"),
  ADAPTIVE_MAXIMUM("expiry.adaptive.maximum", ANY_CACHE, Kind.DURATION, NOW, "life of what is hot"),
  ADAPTIVE_POPULAR(
      "expiry.adaptive.popular",
      ANY_CACHE,
      Kind.INTEGER,
      NOW,
      "over so many reads: half the maximum; default 10"),
  ADAPTIVE_HOT(
      "expiry.adaptive.hot", ANY_CACHE, Kind.INTEGER, NOW, "over so many: all of it; default 100"),
  EXPIRY_POLICY(
      "expiryPolicy",
      ANY_CACHE,
      Kind.CLASS,
      NOW,
      "a `javax.cache.expiry.ExpiryPolicy` of your own"),
  STATISTICS("statistics", ANY_CACHE, Kind.BOOLEAN, NOW, "count; default `false`"),
  MANAGEMENT("management", ANY_CACHE, Kind.BOOLEAN, NOW, "MBeans; default `false`"),
  STORE_BY_VALUE("storeByValue", ANY_CACHE, Kind.BOOLEAN, NOW, "copy in and out; default `true`"),
  LOCAL_MAXIMUM_SIZE(
      "local.maximumSize", ANY_CACHE, Kind.COUNT, NOW, "most entries; default 10,000"),
  LOCAL_MAXIMUM_WEIGHT(
      "local.maximumWeight", ANY_CACHE, Kind.SIZE, NOW, "most bytes, estimated, instead"),
  LOCAL_TIME_TO_LIVE(
      "local.timeToLive",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "life of a copy in this JVM; default `5m`"),
  LOCAL_MAXIMUM_VALUE_BYTES(
      "local.maximumValueBytes",
      ANY_CACHE,
      Kind.SIZE,
      NOW,
      "larger values, encoded, are not copied; default `64KiB`"),
  LOCAL_PROMOTE_AFTER(
      "local.promoteAfter",
      ANY_CACHE,
      Kind.INTEGER,
      NOW,
      "reads within a minute before a copy is kept; default 1, at most 15"),
  REMOTE_MAXIMUM_VALUE_BYTES(
      "remote.maximumValueBytes",
      ANY_CACHE,
      Kind.SIZE,
      NOW,
      "larger values, encoded, are refused; default `1MiB`, at most `512MiB`"),
  EVENTS_SCOPE(
      "events.scope",
      ANY_CACHE,
      Kind.REACH,
      NOW,
      "whether listeners hear of other nodes too; default `local`"),
  EVENTS_MAXIMUM_QUEUED(
      "events.maximumQueued",
      ANY_CACHE,
      Kind.INTEGER,
      NOW,
      "events that may wait for one asynchronous listener; default 10,000"),
  LOADER(
      "loader",
      NAMED_CACHE,
      Kind.BEAN,
      NOW,
      "a `CacheLoader`, or a framework's bean; implies read-through"),
  WRITER(
      "writer",
      NAMED_CACHE,
      Kind.BEAN,
      NOW,
      "a `CacheWriter`, or a framework's bean; implies write-through"),
  READ_THROUGH("readThrough", NAMED_CACHE, Kind.BOOLEAN, NOW, "misses ask the loader"),
  WRITE_THROUGH("writeThrough", NAMED_CACHE, Kind.BOOLEAN, NOW, "changes go to the writer first"),

  DEGRADED_MODE(
      "degraded.mode",
      ANY_CACHE,
      Kind.DEGRADED_MODE,
      NOW,
      "without Redis go on, or fail; default `fail-safe`"),
  DEGRADED_READS(
      "degraded.reads",
      ANY_CACHE,
      Kind.DEGRADED_READS,
      NOW,
      "whom reads ask then: the `source` (default) or `copies` first"),
  DEGRADED_MAXIMUM_STALENESS(
      "degraded.maximumStaleness",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "how old copies may be that answer then; default `30s`, at most `1h`"),
  LOAD_SOFT_TIMEOUT(
      "load.softTimeout",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "how long a caller waits until what `staleIfError` keeps answers, while the load goes on; under"
          + " `load.hardTimeout`, at most `1h`"),
  LOAD_HARD_TIMEOUT(
      "load.hardTimeout",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "how long a caller waits for a load; default: until it ends, at most `1h`"),
  LOAD_MAXIMUM_CONCURRENT(
      "load.maximumConcurrent",
      ANY_CACHE,
      Kind.INTEGER,
      NOW,
      "loads under way at a time; default: as many as there are callers, at most 10,000"),
  LOAD_MAXIMUM_CONCURRENT_SCOPE(
      "load.maximumConcurrentScope",
      ANY_CACHE,
      Kind.REACH,
      NOW,
      "whether those of this JVM count, or those of all nodes; default `local`"),
  LOAD_LEASE(
      "load.lease",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "how long a load's right to store outlives its node; default `5s`, `1s` to `5m`"),
  REFRESH_AHEAD_FACTOR(
      "refreshAheadFactor",
      ANY_CACHE,
      Kind.RATIO,
      NOW,
      "the same as a part of the life; over 0, under 1"),
  REFRESH_AHEAD(
      "refreshAhead",
      ANY_CACHE,
      Kind.REFRESH_AHEAD,
      NOW,
      "by chance, the likelier the sooner an entry expires and the longer loads take"),
  REFRESH_INTERVAL(
      "refresh.interval",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "how often chosen keys are loaded anew; `30s` to `5m`, under `timeToLive`"),
  REFRESH_STOP(
      "refresh.stopAfterLastAccess",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "until nobody has read them for so long; default `10m`, at most `24h`"),
  REFRESH_CONCURRENCY(
      "refresh.concurrency",
      ANY_CACHE,
      Kind.INTEGER,
      NOW,
      "so many at a time in one JVM; default 4, at most 64"),
  WARM_RECORD_DIRECTORY(
      "warm.record.directory",
      ANY_CACHE,
      Kind.DIRECTORY,
      NOW,
      "where a sample of the keys that are read is kept, to warm from after a restart; default: none"
          + " is"),
  WARM_RECORD_KEYS(
      "warm.record.keys",
      ANY_CACHE,
      Kind.RECORD_KEYS,
      NOW,
      "as what: known by keyed hashes (default), or as they are"),
  WARM_RECORD_MAXIMUM_KEYS(
      "warm.record.maximumKeys",
      ANY_CACHE,
      Kind.INTEGER,
      NOW,
      "most keys that a node keeps there; default 10,000, at most 100,000"),
  STALE_IF_ERROR(
      "staleIfError",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "how long what has expired stands in for loads that fail; at most `30d`"),
  THROTTLE(
      "throttle",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "how long a key is left alone whose load failed; default `30s`, at most `1h`"),
  NOT_FOUND_TIME_TO_LIVE(
      "notFoundTimeToLive",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "how long it is remembered that the source has nothing for a key; default: not at all, at"
          + " most `1h`"),
  NOT_FOUND_MAXIMUM_SIZE(
      "notFoundMaximumSize",
      ANY_CACHE,
      Kind.INTEGER,
      NOW,
      "most keys remembered so, in each JVM and in Redis; default 10,000, at most 10,000,000"),
  NOT_FOUND_EXCEPTIONS(
      "notFoundExceptions",
      ANY_CACHE,
      Kind.CLASSES,
      NOW,
      "what a loader throws to say that the source has nothing, beside null; default: none"),
  CODEC("codec", ANY_CACHE, Kind.CODEC, NOW, "what writes values as bytes; default `fory`"),
  COMPRESSION_ALGORITHM(
      "compression.algorithm", ANY_CACHE, Kind.COMPRESSION, NOW, "of values; default `lz4`"),
  COMPRESSION_THRESHOLD(
      "compression.threshold",
      ANY_CACHE,
      Kind.SIZE,
      NOW,
      "values from this size on; default `2KiB`"),
  ENCRYPTION_KEY("encryption.key", ANY_CACHE, Kind.TEXT, LATER, "id of the key to write with"),
  ENCRYPTION_KEYS("encryption.keys", ANY_CACHE, Kind.MAP, LATER, "keys by id"),
  ALLOWED_TYPES(
      "allowedTypes",
      ANY_CACHE,
      Kind.PATTERNS,
      NOW,
      "classes that may be read, beside the declared types and what they imply"),
  HOT_KEYS_THRESHOLD("hotKeys.threshold", ANY_CACHE, Kind.INTEGER, LATER, "reads per second"),
  HOT_KEYS_HOLD("hotKeys.hold", ANY_CACHE, Kind.DURATION, LATER, "how long kept in this JVM"),
  WRITE_BEHIND_FLUSH_INTERVAL(
      "writeBehind.flushInterval",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "how long a write waits for others of its batch; default `1s`, at most `1h`"),
  WRITE_BEHIND_BATCH_SIZE(
      "writeBehind.batchSize",
      ANY_CACHE,
      Kind.INTEGER,
      NOW,
      "most writes that the writer gets at once; default 100, at most 10,000"),
  WRITE_BEHIND_MAX_ATTEMPTS(
      "writeBehind.maxAttempts",
      ANY_CACHE,
      Kind.INTEGER,
      NOW,
      "how often a write is tried alone before it is parked; default 8, at most 1,000"),
  WRITE_BEHIND_MAXIMUM_LAG(
      "writeBehind.maximumLag",
      ANY_CACHE,
      Kind.DURATION,
      NOW,
      "while a write waits for longer the queue counts as full; default: never"),
  WRITE_BEHIND_MAXIMUM_DEPTH(
      "writeBehind.maximumDepth",
      ANY_CACHE,
      Kind.INTEGER,
      NOW,
      "most writes that wait, parked ones included; default 100,000, at most 10,000,000"),
  WRITE_BEHIND_WHEN_FULL(
      "writeBehind.whenFull",
      ANY_CACHE,
      Kind.WHEN_FULL,
      NOW,
      "what a change does then that needs room: wait, then throw; default `block 2s`, at most `1h`"),
  WRITE_BEHIND_ACKNOWLEDGE(
      "writeBehind.acknowledge",
      ANY_CACHE,
      Kind.ACKNOWLEDGE,
      NOW,
      "over Redis: who must have a change before it returns, the master or a replica too; default"
          + " `local`"),
  WRITE_BEHIND_JOURNAL(
      "writeBehind.journal",
      ANY_CACHE,
      Kind.DIRECTORY,
      NOW,
      "where the queue of a local cache is on disk; needs `com.h2database:h2-mvstore`"),
  WRITE_BEHIND_MAXIMUM_BYTES(
      "writeBehind.maximumBytes",
      ANY_CACHE,
      Kind.SIZE,
      NOW,
      "what writes that wait in a journal may take, encoded; default `256MiB`"),
  WRITE_BEHIND_REMOTE("writeBehind.remote", ANY_CACHE, Kind.TEXT, LATER, "another Redis");

  /** Where a setting may stand. */
  enum Scope {
    /** At the top of the file. */
    MANAGER("manager"),
    /** In {@code defaults} and in {@code caches.<name>}. */
    ANY_CACHE("defaults, caches"),
    /** In {@code caches.<name>} only. */
    NAMED_CACHE("caches");

    private final String label;

    Scope(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  private final String path;
  private final Scope scope;
  private final Kind kind;
  private final Availability availability;
  private final String meaning;

  Setting(String path, Scope scope, Kind kind, Availability availability, String meaning) {
    this.path = path;
    this.scope = scope;
    this.kind = kind;
    this.availability = availability;
    this.meaning = meaning;
  }

  /** The name within its scope: {@code local.maximumSize}. */
  String path() {
    return path;
  }

  Scope scope() {
    return scope;
  }

  Kind kind() {
    return kind;
  }

  Availability availability() {
    return availability;
  }

  /** For the user's table. */
  String meaning() {
    return meaning;
  }

  /** A shorter name that means the same, or the path: {@code jitter: 10%}. */
  String shorthand() {
    return switch (this) {
      case JITTER_RATIO -> "jitter";
      case EVENTS_SCOPE -> "events";
      case WARM_RECORD_DIRECTORY -> "warm.record";
      default -> path;
    };
  }

  /** Whether its value must never be shown. */
  boolean isSecret() {
    return kind == Kind.SECRET;
  }

  /**
   * Checks a value that needs no reading, as code gives it.
   *
   * @throws IllegalArgumentException in words that follow the setting's name: {@code must be …}
   */
  Object check(Object value) {
    Object checked = kind.check(value);
    Ranges.check(this, checked);
    return checked;
  }

  /** Reads a text, with an error that names the place, the setting and the value. */
  Object parse(String text, Place place) {
    return checked(() -> check(kind.read(isSecret() ? text : text.strip())), place);
  }

  /** Checks an object that code handed over, with the same errors. */
  Object checked(Object value, Place place) {
    return checked(() -> check(value), place);
  }

  private Object checked(Supplier<Object> check, Place place) {
    requireAvailable(place);
    try {
      return check.get();
    } catch (IllegalArgumentException refused) {
      throw place.error(path, String.valueOf(refused.getMessage()));
    }
  }

  /** Refuses what this version can't honour, rather than ignore it. */
  void requireAvailable(Place place) {
    if (availability != NOW) {
      throw place.error(path, availability.reason() + ": take it out");
    }
  }
}
