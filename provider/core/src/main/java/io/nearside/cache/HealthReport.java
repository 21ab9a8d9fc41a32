package io.nearside.cache;

import io.nearside.NearsideHealth;
import io.nearside.NearsideHealth.Kind;
import io.nearside.NearsideHealth.Problem;
import io.nearside.Topology;
import io.nearside.config.CacheSettings;
import io.nearside.config.CopySettings;
import io.nearside.store.Clock;
import io.nearside.store.Trouble;
import io.nearside.store.TroubleWatch;
import io.nearside.store.Troubled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Says what the troubles of a cache's parts mean for who uses the cache. Thread-safe. */
final class HealthReport {
  private final CacheSettings<?, ?> settings;
  private final Switch<?, ?> control;
  private final @Nullable Troubled queue;
  private final Clock clock;
  private final TroubleWatch own;

  /**
   * @param queue of writes; null if there is none
   */
  HealthReport(
      CacheSettings<?, ?> settings,
      Switch<?, ?> control,
      @Nullable Troubled queue,
      Clock clock,
      Logger log) {
    this.settings = settings;
    this.control = control;
    this.queue = queue;
    this.clock = clock;
    this.own = new TroubleWatch("cache \"" + settings.name() + "\"", clock, log);
  }

  NearsideHealth now() {
    long nanos = clock.nanos();
    long millis = clock.wallMillis();
    return new NearsideHealth(
        Instant.ofEpochMilli(millis),
        troubles().stream().map(trouble -> problem(trouble, nanos, millis)).toList());
  }

  /** Notes what has begun or is over; to be called several times a second. */
  void tick() {
    List<Trouble> unused = troubles();
  }

  /** Those of masters are noted by who shares them. */
  private List<Trouble> troubles() {
    List<Trouble> shared = new ArrayList<>();
    List<Trouble> mine = new ArrayList<>();
    Trouble switched = control.trouble();
    if (switched != null) {
      mine.add(switched);
    }
    for (Trouble trouble : control.tiers().troubles()) {
      (trouble.where().isEmpty() ? mine : shared).add(trouble);
    }
    if (queue != null) {
      mine.addAll(queue.troubles());
    }
    shared.addAll(own.look(mine));
    return shared;
  }

  private Problem problem(Trouble trouble, long nanos, long millis) {
    long ago = TimeUnit.NANOSECONDS.toMillis(Math.max(0, nanos - trouble.since()));
    return new Problem(
        trouble.kind(),
        settings.name(),
        trouble.where().isEmpty() ? null : trouble.where(),
        Instant.ofEpochMilli(millis - ago),
        trouble.why(),
        works(trouble.kind()));
  }

  private String works(Kind kind) {
    return switch (kind) {
      case REMOTE_NEVER_REACHED, REMOTE_UNAVAILABLE, BREAKER_OPEN -> withoutRedis();
      case REMOTE_FULL ->
          "reads of what is there"
              + (settings.remote().failSafe() ? "; what can't be stored counts as not cached" : "");
      case BUS_SILENT, COPIES_UNPROVEN ->
          "what Redis answers: copies are passed by, so each read takes a round trip, and at most"
              + " so many at once";
      case RECOVERY_PENDING ->
          "all: what Redis has of those keys counts as absent here until it has been told";
      case WRITES_LATE -> "all: reads find what waits";
      case WRITES_FULL ->
          "reads, which find what waits; changes wait for writeBehind.whenFull, then fail";
      case WRITES_PARKED -> "all, but the source does not get what is parked";
      case SWITCHED ->
          switch (control.mode()) {
            case NORMAL -> "all";
            case REMOTE_ONLY -> "all, by asking Redis for each read";
            case BYPASS ->
                "the loader and the writer; operations that must know what is there throw";
            case READ_ONLY -> "reads and loads; changes throw";
          };
      case JOURNAL_UNUSABLE -> "reads; changes fail, since they could be lost";
    };
  }

  private String withoutRedis() {
    CopySettings copies = settings.local().copies();
    String near =
        (settings.topology() != Topology.TWO_TIER)
            ? ""
            : "copies answer until they can't be proved fresh any more"
                + (copies == null || copies.maximumStaleness() == null
                    ? "; "
                    : ", and then marked STALE up to " + copies.maximumStaleness() + "; ");
    if (!settings.remote().failSafe()) {
      return near + "nothing else: each call that needs that master throws (degraded.mode)";
    }
    String reads = settings.readThrough() ? "reads go to the loader" : "reads miss";
    String changes =
        (settings.writeBehind() != null)
            ? "changes fail, since they would be lost for the source"
            : (settings.writeThrough() ? "put and remove reach the source" : "put and remove are")
                + (settings.writeThrough() ? ", and Redis is told later" : " made good later")
                + "; operations that must know what is there throw";
    return near + reads + "; " + changes;
  }
}
