package io.nearside.observe.micrometer;

import java.util.List;

/**
 * The table of all meters: the user's page and the meters themselves are driven by it, so that a
 * meter has one name, unit and meaning. Each has the tags of its {@link Owner}, too.
 */
enum MeterName {
  GETS(
      "cache.gets",
      Type.COUNTER,
      Owner.CONVENTIONAL,
      "",
      "reads, by whether they found an entry",
      "result: hit, miss"),
  PUTS("cache.puts", Type.COUNTER, Owner.CONVENTIONAL, "", "entries stored by callers"),
  REMOVALS("cache.removals", Type.COUNTER, Owner.CONVENTIONAL, "", "entries removed by callers"),
  EVICTIONS(
      "cache.evictions",
      Type.COUNTER,
      Owner.CONVENTIONAL,
      "",
      "entries of this JVM that made room",
      "cause: size, weight, manager_weight"),
  SIZE(
      "cache.size",
      Type.GAUGE,
      Owner.CONVENTIONAL,
      "",
      "entries in this JVM, roughly; not of `remote` caches"),

  OPERATIONS(
      "nearside.operations",
      Type.TIMER,
      Owner.CACHE,
      "seconds",
      "how long calls of the cache took, of a sample of 1 in 128; has buckets",
      "operation: get, put, remove",
      "tier: local, remote"),
  HITS(
      "nearside.hits",
      Type.COUNTER,
      Owner.CACHE,
      "",
      "reads that found an entry, by who had it",
      "tier: local, remote"),
  STALE(
      "nearside.stale",
      Type.COUNTER,
      Owner.CACHE,
      "",
      "answers that were not provably fresh: of copies without Redis, or of what had expired and"
          + " stood in for a load",
      "source: copy, expired"),
  NOT_FOUND(
      "nearside.notfound",
      Type.COUNTER,
      Owner.CACHE,
      "",
      "loads not made, since the source had nothing for their keys a moment ago"),
  EXPIRATIONS("nearside.expirations", Type.COUNTER, Owner.CACHE, "", "entries whose time was over"),
  LOADS(
      "nearside.loads",
      Type.TIMER,
      Owner.CACHE,
      "seconds",
      "calls of the loader; has buckets",
      "result: ok, failed"),
  REFRESHES(
      "nearside.refreshes",
      Type.COUNTER,
      Owner.CACHE,
      "",
      "entries loaded anew before they expired",
      "result: ok, failed"),
  WARMED("nearside.warmed", Type.COUNTER, Owner.CACHE, "", "keys loaded before anybody asked"),
  WARMED_HITS(
      "nearside.warmed.hits", Type.COUNTER, Owner.CACHE, "", "those of them that were read since"),
  ERRORS(
      "nearside.errors",
      Type.COUNTER,
      Owner.CACHE,
      "",
      "what went another way than usual: operations that went on without Redis, entries that can't"
          + " be read, values that a full Redis refused, expiry policies that threw",
      "reason: unavailable, unreadable, unstored, expiry_policy"),
  BYTES(
      "nearside.entry.bytes",
      Type.COUNTER,
      Owner.REMOTE_CACHE,
      "bytes",
      "entries that came from Redis, and values that were sent, as they are encoded",
      "direction: in, out"),
  CODEC(
      "nearside.codec",
      Type.TIMER,
      Owner.REMOTE_CACHE,
      "seconds",
      "how long values took to encode and decode, of a sample of 1 in 128",
      "operation: encode, decode"),
  INVALIDATIONS(
      "nearside.invalidations",
      Type.COUNTER,
      Owner.REMOTE_CACHE,
      "",
      "changes that this node announced, and announcements that it heard, its own among them",
      "direction: sent, heard"),
  COPIES(
      "nearside.copies",
      Type.COUNTER,
      Owner.TWO_TIER_CACHE,
      "",
      "what became of copies: kept since they were read, ended by a change, found true after an"
          + " outage, their entries prolonged",
      "event: promoted, demoted, revalidated, renewed"),
  BYPASSED(
      "nearside.bypassed",
      Type.COUNTER,
      Owner.TWO_TIER_CACHE,
      "",
      "reads that passed a copy by, since it could not be proved fresh, and those of them that were"
          + " too many at once",
      "outcome: asked, refused"),
  UNSAID(
      "nearside.recovery.depth",
      Type.GAUGE,
      Owner.REMOTE_CACHE,
      "",
      "changes that Redis is still to be told: keys, or partitions to be cleared"),
  WEIGHT(
      "nearside.local.weight",
      Type.GAUGE,
      Owner.CACHE,
      "bytes",
      "what the entries in this JVM take, estimated; 0 where they are not weighed; not of `remote`"
          + " caches"),
  EVENTS_QUEUED(
      "nearside.events.queued",
      Type.GAUGE,
      Owner.CACHE,
      "",
      "events that wait for asynchronous listeners"),
  EVENTS_DROPPED(
      "nearside.events.dropped",
      Type.COUNTER,
      Owner.CACHE,
      "",
      "events that were too many to wait"),
  WRITE_DEPTH(
      "nearside.write.depth",
      Type.GAUGE,
      Owner.QUEUE,
      "",
      "writes that wait for the source, parked ones included"),
  WRITE_LAG(
      "nearside.write.lag",
      Type.GAUGE,
      Owner.QUEUE,
      "seconds",
      "for how long the oldest waits that is not parked"),
  WRITE_PARKED(
      "nearside.write.parked", Type.GAUGE, Owner.QUEUE, "", "writes that have failed too often"),
  WRITES(
      "nearside.writes",
      Type.COUNTER,
      Owner.QUEUE,
      "",
      "writes of this node that the source took, that failed, and that a newer one made needless",
      "result: written, failed, coalesced"),

  CALLS(
      "nearside.remote.calls",
      Type.TIMER,
      Owner.NODE,
      "seconds",
      "calls of Redis, from handing them over until their answer",
      "call: the command's or script's name",
      "result: ok, failed"),
  CALL_ERRORS(
      "nearside.remote.errors",
      Type.COUNTER,
      Owner.NODE,
      "",
      "calls that failed, or were not made, by reason: no answer or no connection; the server can't"
          + " now, is full, forbids it, or calls it wrong; no time was left; too many wait; the"
          + " circuit breaker was open",
      "reason: unreachable, refused, full, denied, wrong, given_up, overloaded, not_tried"),
  QUEUE(
      "nearside.remote.queue",
      Type.TIMER,
      Owner.NODE,
      "seconds",
      "how long calls waited for the first connection, for their batch, or for a permit to wait for"
          + " replicas",
      "for: connect, batch, permit"),
  IN_FLIGHT(
      "nearside.remote.inflight", Type.GAUGE, Owner.NODE, "", "calls that wait for an answer now"),
  CONNECTIONS(
      "nearside.remote.connections",
      Type.GAUGE,
      Owner.NODE,
      "",
      "connections to all masters that calls use, that are free, and calls that wait for one",
      "state: used, idle, awaited"),
  CONNECTIONS_MAXIMUM(
      "nearside.remote.connections.max",
      Type.GAUGE,
      Owner.NODE,
      "",
      "the most connections to all masters that there may be"),
  BREAKERS(
      "nearside.breakers",
      Type.GAUGE,
      Owner.NODE,
      "",
      "masters whose circuit breaker is in that state",
      "state: closed, open, half_open"),
  BREAKER_CHANGES(
      "nearside.breaker.changes",
      Type.COUNTER,
      Owner.NODE,
      "",
      "how often a circuit breaker came into that state",
      "state: closed, open, half_open"),
  PROOF(
      "nearside.coherence.proof.age",
      Type.GAUGE,
      Owner.NODE,
      "seconds",
      "age of the oldest master's proof that copies are fresh; not a number without copies or"
          + " without any proof"),
  CACHES("nearside.caches", Type.GAUGE, Owner.NODE, "", "caches that have meters"),

  MEMORY_USED(
      "nearside.server.memory.used",
      Type.GAUGE,
      Owner.SERVER,
      "bytes",
      "`used_memory` of a master, as the one node shows it that asks"),
  MEMORY_MAXIMUM(
      "nearside.server.memory.max",
      Type.GAUGE,
      Owner.SERVER,
      "bytes",
      "its `maxmemory`; not a number if it has none"),
  SERVER_EVICTIONS(
      "nearside.server.evictions", Type.COUNTER, Owner.SERVER, "", "its `evicted_keys`"),
  SERVER_CLIENTS(
      "nearside.server.clients", Type.GAUGE, Owner.SERVER, "", "its `connected_clients`");

  /** How a meter behaves. */
  enum Type {
    COUNTER,
    GAUGE,
    TIMER
  }

  /** What a meter is of. */
  enum Owner {
    CONVENTIONAL("cache", "cache.manager", "name"),
    CACHE("cache", "cache.manager"),
    REMOTE_CACHE("cache", "cache.manager"),
    TWO_TIER_CACHE("cache", "cache.manager"),
    QUEUE("cache", "cache.manager"),
    NODE("cache.manager"),
    SERVER("cache.manager", "server");

    private final List<String> tags;

    Owner(String... tags) {
      this.tags = List.of(tags);
    }

    List<String> tags() {
      return tags;
    }
  }

  private final String id;
  private final Type type;
  private final Owner owner;
  private final String unit;
  private final String meaning;
  private final List<String> ownTags;

  MeterName(String id, Type type, Owner owner, String unit, String meaning, String... ownTags) {
    this.id = id;
    this.type = type;
    this.owner = owner;
    this.unit = unit;
    this.meaning = meaning;
    this.ownTags = List.of(ownTags);
  }

  String id() {
    return id;
  }

  Type type() {
    return type;
  }

  Owner owner() {
    return owner;
  }

  /** Empty for plain numbers. */
  String unit() {
    return unit;
  }

  String meaning() {
    return meaning;
  }

  /** Each as {@code name: value, value}. */
  List<String> ownTags() {
    return ownTags;
  }
}
