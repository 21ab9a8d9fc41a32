package io.nearside.config;

import static io.nearside.config.Availability.LATER;
import static io.nearside.config.Availability.NOW;
import static io.nearside.config.Availability.REMOTE;
import static io.nearside.config.Setting.Scope.ANY_CACHE;
import static io.nearside.config.Setting.Scope.MANAGER;
import static io.nearside.config.Setting.Scope.NAMED_CACHE;

/**
 * The table of all settings. Files, properties, environment variables, the builder, error messages
 * and the user's table are all driven by it, so that a setting has one name, type and meaning.
 */
enum Setting {
  NAMESPACE("namespace", MANAGER, Kind.NAME, NOW, "keeps applications on one Redis apart"),
  MANAGER_MAXIMUM_WEIGHT(
      "local.maximumWeight", MANAGER, Kind.SIZE, NOW, "cap on the local weight of all caches"),
  COHERENCE_BOUND("coherence.bound", MANAGER, Kind.DURATION, REMOTE, "how old FRESH may be"),
  REDISSON("redisson", MANAGER, Kind.OBJECT, REMOTE, "the application's own client (property)"),
  REMOTE_ADDRESS("remote.address", MANAGER, Kind.TEXT, REMOTE, "where Redis is"),
  REMOTE_REDISSON("remote.redisson", MANAGER, Kind.TEXT, REMOTE, "a Redisson YAML instead"),
  REMOTE_USERNAME("remote.username", MANAGER, Kind.TEXT, REMOTE, "Redis user"),
  REMOTE_PASSWORD("remote.password", MANAGER, Kind.TEXT, REMOTE, "Redis password"),
  REMOTE_INSECURE("remote.insecure", MANAGER, Kind.BOOLEAN, REMOTE, "plain text is meant"),
  REMOTE_TIMEOUT("remote.timeout", MANAGER, Kind.DURATION, REMOTE, "of one remote call"),
  REMOTE_CONNECT_TIMEOUT(
      "remote.connectTimeout", MANAGER, Kind.DURATION, REMOTE, "of one connection attempt"),
  REMOTE_POOL_MINIMUM_IDLE(
      "remote.pool.minimumIdle", MANAGER, Kind.INTEGER, REMOTE, "connections kept open"),
  REMOTE_POOL_MAXIMUM("remote.pool.maximum", MANAGER, Kind.INTEGER, REMOTE, "most connections"),
  REMOTE_PARTITIONS("remote.partitions", MANAGER, Kind.INTEGER, REMOTE, "partitions of a cache"),
  REMOTE_TLS_TRUST("remote.tls.trust", MANAGER, Kind.TEXT, REMOTE, "certificates trusted"),
  REMOTE_TLS_RELOAD("remote.tls.reload", MANAGER, Kind.DURATION, REMOTE, "how often re-read"),
  BREAKER_MINIMUM_CALLS(
      "remote.circuitBreaker.minimumCalls", MANAGER, Kind.INTEGER, REMOTE, "calls that count"),
  BREAKER_FAILURE_RATE(
      "remote.circuitBreaker.failureRate", MANAGER, Kind.RATIO, REMOTE, "failures that open it"),
  BREAKER_FAILURE_THRESHOLD(
      "remote.circuitBreaker.failureThreshold", MANAGER, Kind.INTEGER, REMOTE, "or a count"),
  BREAKER_WINDOW("remote.circuitBreaker.window", MANAGER, Kind.DURATION, REMOTE, "time counted"),
  BREAKER_OPEN_DURATION(
      "remote.circuitBreaker.openDuration", MANAGER, Kind.DURATION, REMOTE, "first open time"),
  BREAKER_MAXIMUM_OPEN_DURATION(
      "remote.circuitBreaker.maximumOpenDuration", MANAGER, Kind.DURATION, REMOTE, "longest"),

  KEY_TYPE("keyType", NAMED_CACHE, Kind.CLASS, NOW, "class of the keys of a declared cache"),
  VALUE_TYPE("valueType", NAMED_CACHE, Kind.CLASS, NOW, "class of the values of a declared cache"),
  SCHEMA_VERSION("schemaVersion", NAMED_CACHE, Kind.INTEGER, REMOTE, "version of the values"),
  TOPOLOGY(
      "topology",
      ANY_CACHE,
      Kind.TOPOLOGY,
      NOW,
      "where entries live; only `local` in this version"),
  PRESET("preset", ANY_CACHE, Kind.PRESET, NOW, "a named set of settings, see below"),
  TIME_TO_LIVE("timeToLive", ANY_CACHE, Kind.DURATION, NOW, "life counted from the last write"),
  ETERNAL("eternal", ANY_CACHE, Kind.BOOLEAN, NOW, "entries are meant to live for ever"),
  JITTER_RATIO(
      "jitter.ratio", ANY_CACHE, Kind.RATIO, NOW, "spread of times to live; default `10%`"),
  JITTER_MODE(
      "jitter.mode", ANY_CACHE, Kind.JITTER_MODE, NOW, "shorter only (default), or longer too"),
  SOFT_TIME_TO_LIVE(
      "expiry.softTimeToLive", ANY_CACHE, Kind.DURATION, LATER, "fresh until then, then stale"),
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
      "local.timeToLive", ANY_CACHE, Kind.DURATION, REMOTE, "life of a copy in this JVM"),
  LOCAL_MAXIMUM_VALUE_BYTES(
      "local.maximumValueBytes", ANY_CACHE, Kind.SIZE, REMOTE, "larger values stay remote"),
  LOCAL_PROMOTE_AFTER(
      "local.promoteAfter", ANY_CACHE, Kind.INTEGER, REMOTE, "reads before a copy is kept"),
  REMOTE_MAXIMUM_VALUE_BYTES(
      "remote.maximumValueBytes", ANY_CACHE, Kind.SIZE, REMOTE, "larger values are refused"),
  EVENTS_MAXIMUM_QUEUED(
      "events.maximumQueued",
      ANY_CACHE,
      Kind.INTEGER,
      NOW,
      "events that may wait for one asynchronous listener; default 10,000"),
  LOADER("loader", NAMED_CACHE, Kind.CLASS, NOW, "a `CacheLoader`; implies read-through"),
  WRITER("writer", NAMED_CACHE, Kind.CLASS, NOW, "a `CacheWriter`; implies write-through"),
  READ_THROUGH("readThrough", NAMED_CACHE, Kind.BOOLEAN, NOW, "misses ask the loader"),
  WRITE_THROUGH("writeThrough", NAMED_CACHE, Kind.BOOLEAN, NOW, "changes go to the writer first"),

  DEGRADED_MODE("degraded.mode", ANY_CACHE, Kind.TEXT, REMOTE, "when Redis is away"),
  DEGRADED_READS("degraded.reads", ANY_CACHE, Kind.TEXT, REMOTE, "what reads then answer"),
  DEGRADED_MAXIMUM_STALENESS(
      "degraded.maximumStaleness", ANY_CACHE, Kind.DURATION, REMOTE, "and how old at most"),
  LOAD_SOFT_TIMEOUT("load.softTimeout", ANY_CACHE, Kind.DURATION, LATER, "then serve stale"),
  LOAD_HARD_TIMEOUT("load.hardTimeout", ANY_CACHE, Kind.DURATION, LATER, "then fail"),
  LOAD_MAXIMUM_CONCURRENT(
      "load.maximumConcurrent", ANY_CACHE, Kind.INTEGER, LATER, "loads at one time"),
  LOAD_LEASE("load.lease", ANY_CACHE, Kind.DURATION, REMOTE, "how long one node may load"),
  REFRESH_AHEAD_FACTOR(
      "refreshAheadFactor", ANY_CACHE, Kind.RATIO, LATER, "part of life after which to reload"),
  REFRESH_AHEAD("refreshAhead", ANY_CACHE, Kind.TEXT, LATER, "`xfetch`: probabilistic"),
  REFRESH_INTERVAL("refresh.interval", ANY_CACHE, Kind.DURATION, LATER, "regular reload"),
  REFRESH_STOP(
      "refresh.stopAfterLastAccess", ANY_CACHE, Kind.DURATION, LATER, "until nobody reads"),
  REFRESH_CONCURRENCY("refresh.concurrency", ANY_CACHE, Kind.INTEGER, LATER, "reloads at a time"),
  STALE_IF_ERROR("staleIfError", ANY_CACHE, Kind.DURATION, LATER, "serve stale if a load fails"),
  THROTTLE("throttle", ANY_CACHE, Kind.DURATION, LATER, "between retries of failing loads"),
  NOT_FOUND_TIME_TO_LIVE(
      "notFoundTimeToLive", ANY_CACHE, Kind.DURATION, LATER, "remember what does not exist"),
  CODEC("codec", ANY_CACHE, Kind.TEXT, REMOTE, "bytes of values on the wire"),
  COMPRESSION_ALGORITHM("compression.algorithm", ANY_CACHE, Kind.TEXT, REMOTE, "of values"),
  COMPRESSION_THRESHOLD("compression.threshold", ANY_CACHE, Kind.SIZE, REMOTE, "from this size"),
  ENCRYPTION_KEY("encryption.key", ANY_CACHE, Kind.TEXT, REMOTE, "id of the key to write with"),
  ENCRYPTION_KEYS("encryption.keys", ANY_CACHE, Kind.MAP, REMOTE, "keys by id"),
  ALLOWED_TYPES(
      "allowedTypes",
      ANY_CACHE,
      Kind.LIST,
      REMOTE,
      "may be deserialised; a local cache needs none"),
  HOT_KEYS_THRESHOLD("hotKeys.threshold", ANY_CACHE, Kind.INTEGER, REMOTE, "reads per second"),
  HOT_KEYS_HOLD("hotKeys.hold", ANY_CACHE, Kind.DURATION, REMOTE, "how long kept in this JVM"),
  WRITE_BEHIND_FLUSH_INTERVAL(
      "writeBehind.flushInterval", ANY_CACHE, Kind.DURATION, LATER, "between batches"),
  WRITE_BEHIND_BATCH_SIZE("writeBehind.batchSize", ANY_CACHE, Kind.INTEGER, LATER, "most writes"),
  WRITE_BEHIND_MAX_ATTEMPTS(
      "writeBehind.maxAttempts", ANY_CACHE, Kind.INTEGER, LATER, "before a write is parked"),
  WRITE_BEHIND_MAXIMUM_LAG(
      "writeBehind.maximumLag", ANY_CACHE, Kind.DURATION, LATER, "oldest write that may wait"),
  WRITE_BEHIND_MAXIMUM_DEPTH(
      "writeBehind.maximumDepth", ANY_CACHE, Kind.INTEGER, LATER, "writes that may wait"),
  WRITE_BEHIND_WHEN_FULL("writeBehind.whenFull", ANY_CACHE, Kind.TEXT, LATER, "block or fail"),
  WRITE_BEHIND_ACKNOWLEDGE("writeBehind.acknowledge", ANY_CACHE, Kind.TEXT, LATER, "when durable"),
  WRITE_BEHIND_JOURNAL("writeBehind.journal", ANY_CACHE, Kind.TEXT, LATER, "a file"),
  WRITE_BEHIND_REMOTE("writeBehind.remote", ANY_CACHE, Kind.TEXT, REMOTE, "another Redis");

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
    return this == JITTER_RATIO ? "jitter" : path;
  }

  /** Reads a text, with an error that names the place, the setting and the value. */
  Object parse(String text, Place place) {
    requireAvailable(place);
    try {
      return kind.parse(text);
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
