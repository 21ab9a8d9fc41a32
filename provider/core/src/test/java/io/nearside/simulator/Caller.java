package io.nearside.simulator;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Lives;
import io.nearside.store.Outcome;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.StaleEntry;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A thread of an application: one operation after another, by whichever node is in its place. */
final class Caller {
  private final World world;
  private final int nodeIndex;
  final Thread thread;
  private final SourceCalls sourced;
  private SimNode node;

  /** Until then it does not go on. */
  long pausedUntil;

  /** Whether it changes something at the moment. */
  boolean writing;

  /** When its change was executed; 0 if it was not. */
  long executed;

  /** The step in which it has read the source of what it loads. */
  long loadedAt;

  Caller(World world, int nodeIndex, int index) {
    this.world = world;
    this.nodeIndex = nodeIndex;
    this.node = world.nodes[nodeIndex];
    this.sourced = new SourceCalls(world, this);
    this.thread = new Thread(this::run, "caller-" + index);
    this.thread.setDaemon(true);
  }

  SimNode on() {
    return node;
  }

  void wake() {
    LockSupport.unpark(thread);
  }

  void sleep() {
    while (!world.isRunning(this) && !world.isStopped()) {
      LockSupport.park(this);
    }
  }

  void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void run() {
    sleep();
    try {
      while (!world.isStopped()) {
        world.yieldNow();
        node = world.nodes[nodeIndex];
        if (!world.isStopped() && world.isUp(node)) {
          writing = false;
          executed = 0;
          operate();
        }
      }
    } catch (Throwable e) {
      world.fail(e);
    }
  }

  private void operate() {
    int key = world.random.nextInt(World.KEYS);
    int kind = world.random.nextInt(100);
    try {
      if (kind < world.changes) {
        change(key);
      } else if (kind < 88) {
        read(key);
      } else if (kind < 94) {
        readAll();
      } else {
        background();
      }
    } catch (RemoteUnavailableException e) {
      world.count("refused");
    }
  }

  private void change(int key) {
    int kind = world.random.nextInt(40);
    if (kind < 31 && world.source != null) {
      sourced.write(key, world.source);
    } else if (kind < 20) {
      write(key, Change.put(value(), Lives.FOR_EVER));
    } else if (kind < 24) {
      write(key, Change.remove());
    } else if (kind < 27) {
      write(key, Change.putIfAbsent(value(), Lives.FOR_EVER));
    } else if (kind < 31) {
      compareAndSet(key);
    } else if (kind < 39) {
      load(key);
    } else {
      world.count("clear");
      node.store.clear();
    }
  }

  private void background() {
    node.store.expire(node.clock.nanos());
    Runnable task = node.background.poll();
    if (task != null) {
      world.count("revalidation");
      task.run();
    }
  }

  long value() {
    return 1 + world.random.nextLong(Long.MAX_VALUE - 1);
  }

  private void read(int key) {
    if (world.isExtended() && world.extra(2) == 0) {
      if (world.revives() && world.extra(2) == 0) {
        sourced.refresh(key);
      } else {
        sourced.load(key);
      }
      return;
    }
    long invoked = world.time;
    long own = node.ownWrites[key];
    long now = node.clock.nanos();
    world.pause();
    check(key, node.store.read(key, now), invoked, own);
  }

  private void readAll() {
    long invoked = world.time;
    long[] own = node.ownWrites.clone();
    Map<Integer, Outcome<Long>> all = node.store.readAll(List.of(0, 2, 4), node.clock.nanos());
    all.forEach((key, outcome) -> check(key, outcome, invoked, own[key]));
  }

  void check(int key, Outcome<Long> outcome, long invoked, long own) {
    if (world.isStopped() || node.dead) {
      return;
    }
    world.trace(() ->
        node
            + " reads "
            + key
            + ": "
            + (outcome instanceof StoredEntry<Long> entry
                ? entry.value() + " " + entry.getClass().getSimpleName()
                : outcome));
    if (outcome instanceof StaleEntry<Long>) {
      world.count("answer stale");
    } else if (outcome instanceof StoredEntry<Long> entry) {
      world.count(
          entry instanceof CopiedEntry<Long> ? "answer from copy" : "answer from authority");
      world.check(key, entry.value(), invoked, own, node);
    } else if (outcome instanceof Absent<Long>) {
      world.count("answer absent");
      world.check(key, Oracle.ABSENT, invoked, own, node);
    } else if (outcome instanceof Unavailable<Long>) {
      world.count("answer unavailable");
    }
  }

  void write(int key, Change<Long> change) {
    writing = true;
    Applied<Long> applied = node.store.apply(key, change, node.clock.nanos());
    world.count(applied.done() ? "change" : "change not done");
    wrote(key);
  }

  void wrote(int key) {
    if (executed != 0 && !world.isStopped()) {
      node.ownWrites[key] = Math.max(node.ownWrites[key], executed);
    }
  }

  private void compareAndSet(int key) {
    if (node.store.read(key, node.clock.nanos()) instanceof StoredEntry<Long> entry) {
      world.count("compare and set");
      write(key, Change.replace(entry, value(), Lives.FOR_EVER));
    }
  }

  private void load(int key) {
    if (world.source != null || world.remembersBlanks()) {
      sourced.load(key);
      return;
    }
    long now = node.clock.nanos();
    long invoked = world.time;
    long own = node.ownWrites[key];
    boolean refresh = world.random.nextInt(3) == 0;
    ReadOrReserved<Long> read =
        refresh
            ? new ReadOrReserved<>(Absent.absent(), node.store.reserve(key))
            : node.store.readOrReserve(key, now);
    if (read.reservation() == null) {
      check(key, read.outcome(), invoked, own);
      return;
    }
    world.yieldNow();
    loadedAt = world.step();
    world.yieldNow();
    writing = true;
    Change<Long> change =
        refresh ? Change.put(value(), Lives.FOR_EVER) : Change.putIfAbsent(value(), Lives.FOR_EVER);
    Applied<Long> applied = node.store.fill(key, read.reservation(), change, node.clock.nanos());
    world.count(applied.done() ? "fill" : "fill refused");
    wrote(key);
    node.store.release(key, read.reservation());
  }
}
