package io.nearside.nodes;

import io.nearside.testserver.RespConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What may go wrong with the Redis, the loader or the writer of a {@link FaultBed}. */
enum Outage {
  /** Nothing: what there is to compare with. */
  NONE("Nothing is wrong") {
    @Override
    void begin(FaultBed bed) {}

    @Override
    void end(FaultBed bed) {}
  },

  REFUSED("Redis refuses connections") {
    @Override
    void begin(FaultBed bed) {
      bed.proxy().cut();
      bed.awaitUnproved();
    }

    @Override
    void end(FaultBed bed) {
      bed.proxy().heal();
    }
  },

  HANGS("Redis hangs (SIGSTOP)") {
    @Override
    void begin(FaultBed bed) throws IOException {
      bed.server.pause();
      bed.awaitUnproved();
    }

    @Override
    void end(FaultBed bed) throws IOException {
      bed.server.resume();
    }
  },

  SLOW("Redis answers later than `remote.timeout`") {
    @Override
    void begin(FaultBed bed) {
      bed.proxy().delay(Duration.ofMillis(300));
      bed.awaitUnproved();
    }

    @Override
    void end(FaultBed bed) {
      bed.proxy().heal();
    }
  },

  BREAKER("The circuit breaker is open") {
    @Override
    void begin(FaultBed bed) throws IOException {
      bed.server.pause();
      bed.awaitUnproved();
      bed.awaitShed();
    }

    @Override
    void end(FaultBed bed) throws IOException {
      bed.server.resume();
    }
  },

  BUS_SILENT("The bus is silent, commands work") {
    @Override
    void begin(FaultBed bed) {
      bed.proxy().silenceSubscribers();
      bed.awaitBypass();
    }

    @Override
    void end(FaultBed bed) {
      bed.proxy().heal();
    }
  },

  READONLY("Redis is a replica (`READONLY`)") {
    @Override
    void begin(FaultBed bed) throws IOException {
      bed.server.call("REPLICAOF", "127.0.0.1", 1); // nobody listens there, so what it has stays
      bed.awaitUnproved();
    }

    @Override
    void end(FaultBed bed) throws IOException {
      bed.server.call("REPLICAOF", "NO", "ONE");
    }
  },

  LOADING("Redis loads its data (`LOADING`)") {
    @Override
    void begin(FaultBed bed) throws IOException {
      bed.server.call("DEBUG", "POPULATE", 20_000, "filler", 100);
      bed.server.call("CONFIG", "SET", "key-load-delay", 1_000);
      bed.server.call("CONFIG", "SET", "loading-process-events-interval-bytes", 1_024);
      bed.reload();
      bed.awaitUnproved();
    }

    @Override
    void end(FaultBed bed) throws Exception {
      bed.server.call("CONFIG", "SET", "key-load-delay", 0);
      bed.awaitReloaded();
    }
  },

  FULL("Redis has no memory left (`OOM`)") {
    @Override
    void begin(FaultBed bed) throws IOException {
      bed.server.call("CONFIG", "SET", "maxmemory", 1);
    }

    @Override
    void end(FaultBed bed) throws IOException {
      bed.server.call("CONFIG", "SET", "maxmemory", 0);
    }
  },

  FLUSHED("`FLUSHALL`") {
    @Override
    void begin(FaultBed bed) throws IOException {
      bed.server.call("FLUSHALL");
      bed.awaitForgotten();
    }

    @Override
    void end(FaultBed bed) {}
  },

  UNREADABLE("The entry in Redis is damaged, and there is no copy") {
    @Override
    void begin(FaultBed bed) throws IOException {
      try (RespConnection connection = bed.server.connect()) {
        for (String name : bed.entries()) {
          byte[] bytes = (byte[]) connection.call("GET", name);
          if (bytes != null) { // it may have expired
            bytes[bytes.length - 1] ^= 1;
            connection.call("SET", name, bytes);
          }
        }
      }
    }

    @Override
    void end(FaultBed bed) {}
  },

  WRITER_FAILS("The writer fails") {
    @Override
    void begin(FaultBed bed) {
      bed.source.refuses = true;
    }

    @Override
    void end(FaultBed bed) {
      bed.source.refuses = false;
    }
  },

  LOADER_FAILS("The loader fails") {
    @Override
    void begin(FaultBed bed) {
      bed.source.fails = true;
    }

    @Override
    void end(FaultBed bed) {
      bed.source.fails = false;
    }
  },

  LOADER_HANGS("The loader hangs, over `load.hardTimeout`") {
    @Override
    void begin(FaultBed bed) {
      bed.source.hang();
    }

    @Override
    void end(FaultBed bed) {
      bed.source.goOn();
    }
  },

  MASTER_DOWN("One master of a cluster is down; keys of its slots") {
    @Override
    void begin(FaultBed bed) throws Exception {
      bed.server.kill();
      bed.awaitUnproved();
    }

    @Override
    void end(FaultBed bed) throws Exception {
      bed.server.restart();
    }
  },

  MOVED("The slots have moved to another master (`MOVED`)") {
    @Override
    void begin(FaultBed bed) throws Exception {
      bed.moveAll();
    }

    @Override
    void end(FaultBed bed) {}
  };

  /** Those of a cluster of their own; all others are of one server. */
  static final List<Outage> OF_CLUSTER = List.of(MASTER_DOWN, MOVED);

  final String title;

  Outage(String title) {
    this.title = title;
  }

  /** Begins, and returns when the node has noticed. */
  abstract void begin(FaultBed bed) throws Exception;

  abstract void end(FaultBed bed) throws Exception;

  /** Whether copies may be passed by or not, as it happens. */
  boolean mayBypass() {
    return this == FLUSHED || this == MOVED;
  }

  /** Whether a call that took too long tells of the machine, not of the fault. */
  boolean isInTime() {
    return switch (this) {
      case NONE,
          BUS_SILENT,
          READONLY,
          FULL,
          FLUSHED,
          UNREADABLE,
          LOADER_FAILS,
          WRITER_FAILS,
          MOVED ->
          true;
      default -> false;
    };
  }
}
