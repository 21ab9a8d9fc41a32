package io.nearside.coherence;

import io.nearside.coherence.Views.View;
import io.nearside.store.Bus;
import io.nearside.store.Bus.Beat;
import io.nearside.store.Bus.BeatReply;
import io.nearside.store.Bus.Master;
import io.nearside.store.Clock;
import io.nearside.store.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the proof that the copies of a node are within the bound, master by master: sends beats,
 * hears them, and knows when something may have been missed.
 *
 * <p>Thread-safe. One lock, innermost, held around nothing that waits; who asks for the proof takes
 * none.
 */
public final class Coherence implements Bus.Hearer, Proofs, AutoCloseable {
  /** Beats in a bound. */
  private static final int BEATS = 4;

  /** After so many bounds without a beat the subscription is thought deaf. */
  private static final int DEAF = 2;

  /** The wall clock parts from the monotonic one by more: the machine has slept. */
  private static final long JUMP_MILLIS = 200;

  private final Bus bus;
  private final Clock clock;
  private final long boundNanos;
  private final BiFunction<Master, Integer, Link> links;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<@Nullable Link> byIndex = new ArrayList<>();
  private final Map<Master, Link> byMaster = new LinkedHashMap<>();
  private long wallOffset;
  private volatile Views views;

  /** What becomes of copies after a time in which none could be proved fresh. */
  public enum AfterOutage {
    /** An epoch begins, so they are compared with the authority before they are served. */
    REVALIDATE,
    /** They count again as soon as there is a proof, if nothing else has begun an epoch. */
    TRUST
  }

  /**
   * @param bound how old an answer may be that is called fresh
   */
  public Coherence(Bus bus, Duration bound, Clock clock, AfterOutage afterOutage) {
    this(bus, bound, clock, links(bound, afterOutage));
  }

  private static BiFunction<Master, Integer, Link> links(Duration bound, AfterOutage afterOutage) {
    return (afterOutage == AfterOutage.TRUST)
        ? Link::new
        : (master, index) -> new Link(master, index, bound.toNanos());
  }

  /** For those who try what happens without a rule. */
  Coherence(Bus bus, Duration bound, Clock clock, BiFunction<Master, Integer, Link> links) {
    this.bus = bus;
    this.clock = clock;
    this.boundNanos = bound.toNanos();
    this.links = links;
    this.wallOffset = wallOffset();
    this.views = new Views(new View[0], boundNanos);
  }

  /** Begins to hear the bus. */
  public void start() {
    bus.start(this);
  }

  @Override
  public Proof now() {
    return views;
  }

  @Override
  public List<Trouble> troubles() {
    List<Trouble> all = new ArrayList<>(bus.troubles());
    Set<String> told = all.stream().map(Trouble::where).collect(Collectors.toSet());
    long now = clock.nanos();
    lock.lock();
    try {
      for (Link link : byMaster.values()) {
        Trouble trouble = link.trouble(now, boundNanos);
        if (trouble != null && told.add(trouble.where())) {
          all.add(trouble);
        }
      }
    } finally {
      lock.unlock();
    }
    return all;
  }

  /**
   * How old the proof is of the master whose is the oldest, in nanoseconds; negative if one has
   * none, or there is no master.
   */
  public long proofAge() {
    return views.age(clock.nanos());
  }

  /** Sends the beats that are due; to be called several times in a quarter of the bound. */
  public void tick() {
    List<Link> due = new ArrayList<>();
    List<Link> deaf = new ArrayList<>();
    lock.lock();
    try {
      long now = clock.nanos();
      distrustJumps(now);
      for (Link link : byMaster.values()) {
        if (link.isDue(now, boundNanos / BEATS)) {
          due.add(link);
        }
        if (link.isDeaf(now, DEAF * boundNanos)) {
          deaf.add(link);
        }
      }
    } finally {
      lock.unlock();
    }
    deaf.forEach(link -> bus.resubscribe(link.master));
    due.forEach(this::send);
  }

  private void distrustJumps(long now) {
    long offset = wallOffset();
    if (Math.abs(offset - wallOffset) > JUMP_MILLIS) {
      byMaster.values().forEach(link -> link.distrust(now));
      publish();
    }
    wallOffset = offset;
  }

  private long wallOffset() {
    return clock.wallMillis() - clock.nanos() / 1_000_000;
  }

  private void send(Link link) {
    long sent = clock.nanos();
    bus.beat(link.master)
        .whenComplete((reply, failure) -> {
          if (reply != null) {
            replied(link, sent, reply);
          }
        });
  }

  private void replied(Link link, long sent, BeatReply reply) {
    long now = clock.nanos();
    lock.lock();
    try {
      if (byMaster.get(link.master) == link) {
        link.replied(sent, reply, now);
        publish();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void subscribed(Master master) {
    long now = clock.nanos();
    lock.lock();
    try {
      byMaster.computeIfAbsent(master, this::link).subscribed(now);
      publish();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void lost(Master master) {
    lock.lock();
    try {
      Link link = byMaster.get(master);
      if (link != null) {
        link.lost(clock.nanos());
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void beat(Master master, Beat beat) {
    long now = clock.nanos();
    lock.lock();
    try {
      Link link = byMaster.get(master);
      if (link != null) {
        link.heard(beat, now);
        publish();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void gone(Master master) {
    lock.lock();
    try {
      Link link = byMaster.remove(master);
      if (link != null) {
        byIndex.set(link.index, null);
        publish();
      }
    } finally {
      lock.unlock();
    }
  }

  private Link link(Master master) {
    int free = byIndex.indexOf(null);
    int index = (free < 0) ? byIndex.size() : free;
    Link link = links.apply(master, index);
    if (free < 0) {
      byIndex.add(link);
    } else {
      byIndex.set(index, link);
    }
    return link;
  }

  private void publish() {
    @Nullable View[] all = new View[byIndex.size()];
    for (int i = 0; i < all.length; i++) {
      Link link = byIndex.get(i);
      all[i] = (link == null) ? null : link.view();
    }
    views = new Views(all, boundNanos);
  }

  /** Nothing is proved any more. The bus is its owner's. */
  @Override
  public void close() {
    lock.lock();
    try {
      byMaster.clear();
      byIndex.clear();
      publish();
    } finally {
      lock.unlock();
    }
  }
}
