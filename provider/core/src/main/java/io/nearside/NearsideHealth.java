package io.nearside;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of a cache, or of all caches of a manager, does not work as usual: at one moment, as far as
 * this node knows without asking anybody. Immutable.
 *
 * @param at the moment, by this machine's clock
 * @param problems empty if all is well; the manager's own first, then cache by cache
 */
public record NearsideHealth(Instant at, List<Problem> problems) {
  private static final int MOST_LINES = 50;

  public NearsideHealth {
    problems = List.copyOf(problems);
  }

  /** The whole in one word. There is no DOWN: a cache that can't cache is no reason to restart. */
  public enum Status {
    /** Everything works. */
    UP,
    /**
     * Something does not, and the caches go on without it as their settings say. To be shown and
     * seen to, but the node can serve: health checks that take nodes out of service must count it
     * as up, or one Redis that is away takes all of them out.
     */
    DEGRADED
  }

  /** What can be the matter. */
  public enum Kind {
    /** Redis has not been reached since the manager was opened. */
    REMOTE_NEVER_REACHED(Texts.SEE_REDIS),
    /** The last calls of a master failed. */
    REMOTE_UNAVAILABLE(Texts.SEE_REDIS),
    /** So many calls of a master failed that it is not asked for a while, but for probes. */
    BREAKER_OPEN(Texts.SEE_REDIS),
    /** A master has no memory left and refuses to store. */
    REMOTE_FULL("raise its maxmemory, or let it evict"),
    /** A master answers, but its channel is not heard, so no copy of its entries is used. */
    BUS_SILENT(
        "see whether the user may subscribe to the channels of the namespace, and what lies between"
            + " that cuts or filters connections"),
    /**
     * A master does not answer beats, so no copy of its entries can be proved fresh, or is used.
     */
    COPIES_UNPROVEN("see whether the server is up, not overloaded, and a master"),
    /** Redis has not been told yet of changes that were made while it was away. */
    RECOVERY_PENDING("bring Redis back: it is told by itself then"),
    /** Writes wait for the source for long. */
    WRITES_LATE(Texts.SEE_WRITER),
    /** So many writes wait for the source, or one for so long, that changes are refused. */
    WRITES_FULL(Texts.SEE_WRITER),
    /** Writes have failed too often and are not tried any more by themselves. */
    WRITES_PARKED(
        "see NearsideCache.writeQueue() or its MXBean for what failed; replay or drop it"),
    /** Somebody has switched the cache to another mode than NORMAL. */
    SWITCHED(
        "switch back when what it was for is over: by operations() or the MXBean NearsideManager"),
    /** What keeps the waiting writes can't be used, so changes are refused. */
    JOURNAL_UNUSABLE("see to what it says; it is tried again by itself");

    private final String next;

    Kind(String next) {
      this.next = next;
    }

    /** What somebody should do, in words. */
    public String next() {
      return next;
    }
  }

  private static final class Texts {
    static final String SEE_REDIS =
        "see whether remote.address is right and the server is up; nothing needs to be restarted,"
            + " it is tried on";
    static final String SEE_WRITER = "see what slows the writer or its source down";
  }

  /**
   * One thing that does not work as usual. No part of it holds a key or a value.
   *
   * @param cache its name; empty if it is the manager's, and no cache suffers from it
   * @param master the address of the Redis master that it is about; null if it is about none
   * @param since by this machine's clock
   * @param why what happened, in words
   * @param works what the cache does all the same, in words
   */
  public record Problem(
      Kind kind, String cache, @Nullable String master, Instant since, String why, String works) {

    /** On one line. */
    @Override
    public String toString() {
      return kind
          + (cache.isEmpty() ? "" : " of cache \"" + cache + "\"")
          + (master == null ? "" : " at " + master)
          + " since "
          + since
          + ": "
          + why
          + "; works: "
          + works
          + "; next: "
          + kind.next();
    }
  }

  /**
   * What has changed since a listener was told last.
   *
   * @param now what there is now
   * @param begun the problems that there were not
   * @param over the problems that there are no more, as they were told
   */
  public record Change(NearsideHealth now, List<Problem> begun, List<Problem> over) {
    public Change {
      begun = List.copyOf(begun);
      over = List.copyOf(over);
    }
  }

  public Status status() {
    return problems.isEmpty() ? Status.UP : Status.DEGRADED;
  }

  /**
   * The problems, each on one line, for people: the first 50, as a manager with many caches that
   * all miss one Redis has more than anybody reads, and a line that counts the others.
   */
  public List<String> lines() {
    int others = problems.size() - MOST_LINES;
    Stream<String> first = problems.stream().limit(MOST_LINES).map(Problem::toString);
    return Stream.concat(first, others > 0 ? Stream.of("and " + others + " more") : Stream.of())
        .toList();
  }
}
