package io.nearside.simulator;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.Blank;
import io.nearside.store.Change;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Lives;
import io.nearside.store.Marked;
import io.nearside.store.MarkedChange;
import io.nearside.store.Marks.Company;
import io.nearside.store.Marks.Terms;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.Reservation;
import io.nearside.store.VersionedEntry;
import java.util.List;
import java.util.Map;

/** What a caller does where a source stands behind the cache; maybe one that nobody writes here. */
final class SourceCalls {
  private static final int SLOW = 12;

  private final World world;
  private final Caller caller;

  SourceCalls(World world, Caller caller) {
    this.world = world;
    this.caller = caller;
  }

  /** Tells the source, between a mark and the change. */
  void write(int key, Source source) {
    SimNode node = caller.on();
    Company company = world.extra(8) == 0 ? Company.REFUSED : Company.BORNE;
    Terms terms = new Terms(Condition.NONE, company, Returning.PRESENCE);
    Marked<Long> marked =
        node.store.marks().markAll(List.of(key), terms, node.clock.nanos()).get(key);
    if (marked == null || !(marked.mark() instanceof SimMarks.Token token)) {
      world.count("not marked");
      return;
    }
    take(SLOW);
    if (world.extra(5) == 0) {
      world.count("source failed");
      node.store.marks().releaseAll(Map.of(key, token));
      return;
    }
    Change<Long> change =
        world.extra(5) == 0 ? Change.remove() : Change.put(caller.value(), Lives.FOR_EVER);
    Long value = change.value();
    source.take(key, value == null ? Oracle.ABSENT : value, token.token());
    take(SLOW);
    if (world.extra(4) == 0) {
      world.count("writer died");
      return;
    }
    caller.writing = true;
    AppliedAll<Integer, Long> applied =
        node.store
            .marks()
            .applyAll(Map.of(key, new MarkedChange<>(token, change)), node.clock.nanos());
    world.count(applied.failed().isEmpty() ? "written through" : "not written through");
    caller.wrote(key);
  }

  /** The source is slow; sometimes slower than a mark lasts. */
  private void take(int most) {
    if (world.extra(20) == 0) {
      caller.pausedUntil = world.time + 20L * world.extra((int) (world.markMicros * 100));
    }
    for (int i = world.extra(most); i > 0; i--) {
      world.yieldNow();
    }
  }

  /** Loads what is missing; of few keys where loads alone meet each other. */
  void load(int any) {
    int key = (world.source == null) ? any % 2 : any;
    SimNode node = caller.on();
    long invoked = world.time;
    long own = node.ownWrites[key];
    boolean insists = world.extra(6) == 0;
    ReadOrReserved<Long> read =
        insists
            ? new ReadOrReserved<>(Absent.absent(), node.store.reserve(key))
            : node.store.readOrReserve(key, node.clock.nanos());
    Reservation reservation = read.reservation();
    if (reservation == null) {
      caller.check(key, read.outcome(), invoked, own);
      return;
    } else if (reservation instanceof Blank) {
      world.count("answer blank");
      caller.check(key, Absent.absent(), invoked, own);
      return;
    }
    long value = ask(key, Oracle.ABSENT);
    if (value != Oracle.ABSENT) {
      Change<Long> change =
          insists ? Change.put(value, Lives.FOR_EVER) : Change.putIfAbsent(value, Lives.FOR_EVER);
      fill(key, reservation, change);
    } else if (world.remembersBlanks()) {
      long life = new long[] {50_000_000L, 5_000_000_000L, 20_000_000_000L}[world.extra(3)];
      boolean made = !node.store.blankAll(Map.of(key, reservation), () -> life).isEmpty();
      world.count(made ? "blank" : "no blank");
    }
    node.store.release(key, reservation);
  }

  /** What the source has; where nobody writes one, chance decides whether it still has the same. */
  private long ask(int key, long known) {
    world.yieldNow();
    caller.loadedAt = world.step();
    Source source = world.source;
    long value = source != null ? source.read(key) : world.extra(2) == 0 ? caller.value() : known;
    take(SLOW);
    return value;
  }

  private void fill(int key, Reservation reservation, Change<Long> change) {
    SimNode node = caller.on();
    caller.writing = true;
    Applied<Long> applied = node.store.fill(key, reservation, change, node.clock.nanos());
    world.count(applied.done() ? "fill" : "fill refused");
    caller.wrote(key);
  }

  /** Asks the source whether an entry is still right. */
  void refresh(int key) {
    SimNode node = caller.on();
    if (!(node.store.inspect(key, node.clock.nanos()) instanceof VersionedEntry<Long> entry)) {
      return;
    }
    Reservation reservation = node.store.reserveAnew(key, entry, node.clock.nanos());
    if (reservation == null) {
      world.count("not refreshed");
      return;
    }
    long value = ask(key, entry.value());
    if (value == entry.value()) {
      caller.writing = true;
      Applied<Long> applied =
          node.store.revive(key, reservation, entry, Lives.FOR_EVER, node.clock.nanos());
      world.count(applied.done() ? "revived" : "not revived");
      caller.wrote(key);
    } else if (value != Oracle.ABSENT) {
      fill(key, reservation, Change.put(value, Lives.FOR_EVER));
    } else {
      forget(key, entry);
    }
    node.store.release(key, reservation);
  }

  private void forget(int key, VersionedEntry<Long> entry) {
    try {
      caller.write(key, Change.forget(entry));
      world.count("forgotten");
    } catch (RemoteUnavailableException e) {
      world.count("not forgotten");
    }
  }
}
