package io.nearside.store;

import io.nearside.NearsideHealth.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/**
 * Knows since when there is trouble, and says in the log when it begins and when it is over: once
 * each, and only of what lasts. Thread-safe.
 */
public final class TroubleWatch {
  private static final long LASTS_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Those who notice these say so themselves, with more of what they know. */
  private static final Set<Kind> TOLD_ELSEWHERE =
      Set.of(Kind.REMOTE_NEVER_REACHED, Kind.BREAKER_OPEN, Kind.JOURNAL_UNUSABLE, Kind.SWITCHED);

  private final String name;
  private final Clock clock;
  private final Logger log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Name, Known> known = new HashMap<>();

  /** What makes two troubles the same. */
  private record Name(Kind kind, String where) {}

  private static final class Known {
    final Trouble trouble;
    boolean told;

    Known(Trouble trouble) {
      this.trouble = trouble;
    }
  }

  /**
   * @param name of who is in trouble, for the log
   */
  public TroubleWatch(String name, Clock clock, Logger log) {
    this.name = name;
    this.clock = clock;
    this.log = log;
  }

  /** What there is now, each with the time since when; to be called several times a second. */
  public List<Trouble> look(List<Trouble> troubles) {
    lock.lock();
    try {
      if (troubles.isEmpty() && known.isEmpty()) {
        return troubles;
      }
      return compared(troubles, clock.nanos());
    } finally {
      lock.unlock();
    }
  }

  private List<Trouble> compared(List<Trouble> troubles, long now) {
    Map<Name, Known> before = new HashMap<>(known);
    known.clear();
    List<Trouble> all = new ArrayList<>();
    for (Trouble trouble : troubles) {
      Name same = new Name(trouble.kind(), trouble.where());
      Known old = before.remove(same);
      long since =
          (trouble.since() != Trouble.UNKNOWN)
              ? trouble.since()
              : (old == null) ? now : old.trouble.since();
      Known dated = new Known(trouble.since(since));
      dated.told = old != null && old.told;
      known.put(same, dated);
      all.add(dated.trouble);
      if (!dated.told && now - since >= LASTS_NANOS && !TOLD_ELSEWHERE.contains(trouble.kind())) {
        dated.told = true;
        log.warn("{}", line(dated.trouble, now));
      }
    }
    before.values().stream()
        .filter(over -> over.told)
        .forEach(over -> log.info("{}", ended(over.trouble, now)));
    return all;
  }

  private String line(Trouble trouble, long now) {
    return name
        + place(trouble)
        + ", for "
        + age(trouble, now)
        + ": "
        + trouble.why()
        + next(trouble);
  }

  /** What to do, unless why it is so has said it already, and closer. */
  private static String next(Trouble trouble) {
    StringBuilder next = new StringBuilder();
    boolean said = trouble.why().contains("; see ");
    for (String part : trouble.kind().next().split("; ")) {
      if (!said || !part.startsWith("see ")) {
        next.append("; ").append(part);
      }
    }
    return next.toString();
  }

  private String ended(Trouble trouble, long now) {
    return name + place(trouble) + ": over after " + age(trouble, now);
  }

  private static String place(Trouble trouble) {
    return ": " + trouble.kind() + (trouble.where().isEmpty() ? "" : " at " + trouble.where());
  }

  private static Duration age(Trouble trouble, long now) {
    return Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(Math.max(0, now - trouble.since())));
  }
}
