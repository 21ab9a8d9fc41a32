package io.nearside.nodes;

import io.nearside.testserver.RespConnection;
import java.time.Duration;
import java.util.List;

/** What may go wrong with the Redis, the loader or the writer of a {@link FaultBed}. */
enum Outage {
  /** Nothing: what there is to compare with. */
  NONE("Nothing is wrong", bed -> {}, bed -> {}),

  REFUSED(
      "Redis refuses connections",
      bed -> {
        bed.proxy().cut();
        bed.awaitUnproved();
      },
      bed -> bed.proxy().heal()),

  HANGS(
      "Redis hangs (SIGSTOP)",
      bed -> {
        bed.server.pause();
        bed.awaitUnproved();
      },
      bed -> bed.server.resume()),

  SLOW(
      "Redis answers later than `remote.timeout`",
      bed -> {
        bed.proxy().delay(Duration.ofMillis(300));
        bed.awaitUnproved();
      },
      bed -> bed.proxy().heal()),

  BREAKER(
      "The circuit breaker is open",
      bed -> {
        bed.server.pause();
        bed.awaitUnproved();
        bed.awaitShed();
      },
      bed -> bed.server.resume()),

  BUS_SILENT(
      "The bus is silent, commands work",
      bed -> {
        bed.proxy().silenceSubscribers();
        bed.awaitBypass();
      },
      bed -> bed.proxy().heal()),

  READONLY(
      "Redis is a replica (`READONLY`)",
      bed -> {
        bed.server.call("REPLICAOF", "127.0.0.1", 1); // nobody listens there, so what it has stays
        bed.awaitUnproved();
      },
      bed -> bed.server.call("REPLICAOF", "NO", "ONE")),

  LOADING(
      "Redis loads its data (`LOADING`)",
      bed -> {
        bed.server.call("DEBUG", "POPULATE", 20_000, "filler", 100);
        bed.server.call("CONFIG", "SET", "key-load-delay", 1_000);
        bed.server.call("CONFIG", "SET", "loading-process-events-interval-bytes", 1_024);
        bed.reload();
        bed.awaitUnproved();
      },
      bed -> {
        bed.server.call("CONFIG", "SET", "key-load-delay", 0);
        bed.awaitReloaded();
      }),

  FULL(
      "Redis has no memory left (`OOM`)",
      bed -> bed.server.call("CONFIG", "SET", "maxmemory", 1),
      bed -> bed.server.call("CONFIG", "SET", "maxmemory", 0)),

  FLUSHED(
      "`FLUSHALL`",
      bed -> {
        bed.server.call("FLUSHALL");
        bed.awaitForgotten();
      },
      bed -> {}),

  UNREADABLE(
      "The entry in Redis is damaged, and there is no copy",
      bed -> {
        try (RespConnection connection = bed.server.connect()) {
          for (String name : bed.entries()) {
            byte[] bytes = (byte[]) connection.call("GET", name);
            if (bytes != null) { // it may have expired
              bytes[bytes.length - 1] ^= 1;
              connection.call("SET", name, bytes);
            }
          }
        }
      },
      bed -> {}),

  WRITER_FAILS(
      "The writer fails", bed -> bed.source.refuses = true, bed -> bed.source.refuses = false),

  LOADER_FAILS("The loader fails", bed -> bed.source.fails = true, bed -> bed.source.fails = false),

  LOADER_HANGS(
      "The loader hangs, over `load.hardTimeout`",
      bed -> bed.source.hang(),
      bed -> bed.source.goOn()),

  MASTER_DOWN(
      "One master of a cluster is down; keys of its slots",
      bed -> {
        bed.server.kill();
        bed.awaitUnproved();
      },
      bed -> bed.server.restart()),

  MOVED("The slots have moved to another master (`MOVED`)", bed -> bed.moveAll(), bed -> {});

  /** Those in which Redis is out of reach, and what there is to compare with. */
  static final List<Outage> OF_THE_WAY = List.of(NONE, REFUSED, HANGS, SLOW);

  /** Those of a cluster of their own; all others are of one server. */
  static final List<Outage> OF_CLUSTER = List.of(MASTER_DOWN, MOVED);

  final String title;
  private final Step beginning;
  private final Step ending;

  /** What is done to a bed. */
  private interface Step {
    void of(FaultBed bed) throws Exception;
  }

  Outage(String title, Step beginning, Step ending) {
    this.title = title;
    this.beginning = beginning;
    this.ending = ending;
  }

  /** Begins, and returns when the node has noticed. */
  void begin(FaultBed bed) throws Exception {
    beginning.of(bed);
  }

  void end(FaultBed bed) throws Exception {
    ending.of(bed);
  }

  /** Whether copies may be passed by or not, as it happens. */
  boolean mayBypass() {
    return this == FLUSHED || this == MOVED;
  }

  /** Whether nodes may differ in what is there: entries damaged by hand are announced to nobody. */
  boolean mayDiffer() {
    return this == UNREADABLE;
  }

  /** Whether Redis answers, and says no to what would change something. */
  boolean isRefusal() {
    return this == READONLY || this == LOADING || this == FULL;
  }

  /** Whether a call that took too long tells of the machine, not of the fault. */
  boolean isInTime() {
    return switch (this) {
      case NONE,
          BUS_SILENT,
          READONLY,
          LOADING,
          FULL,
          FLUSHED,
          UNREADABLE,
          LOADER_FAILS,
          LOADER_HANGS,
          WRITER_FAILS,
          MOVED ->
          true;
      default -> false;
    };
  }
}
