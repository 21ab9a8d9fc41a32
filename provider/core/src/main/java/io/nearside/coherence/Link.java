package io.nearside.coherence;

import io.nearside.NearsideHealth.Kind;
import io.nearside.coherence.Views.View;
import io.nearside.store.Bus.Beat;
import io.nearside.store.Bus.BeatReply;
import io.nearside.store.Bus.Master;
import io.nearside.store.Slots;
import io.nearside.store.Trouble;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of one master, and how it learns it. An epoch begins where something may have
 * been missed. A beat that was sent at some time, answered, and then heard (it or a later one of
 * the same run and incarnation) proves that all that the master announced up to the sending has
 * been heard: it lies before that beat on the same channel.
 *
 * <p>Guarded by the lock of {@link Coherence}. Not final, so that the simulator can break each rule
 * and see it matter.
 */
class Link {
  /** Before all times; not the least number, so that differences do not overflow. */
  static final long NEVER = Long.MIN_VALUE / 4;

  /** Beats that are answered but not heard; the oldest give way. */
  private static final int MOST_WAITING = 16;

  /** A server's clock that parts from ours by more has been set. */
  private static final long STEP_NANOS = 10_000_000;

  final Master master;
  final int index;
  private final ArrayDeque<Answered> waiting = new ArrayDeque<>();
  private @Nullable MasterEpoch epoch;
  private @Nullable BeatReply known;
  private @Nullable Beat heard;
  private Slots owned = Slots.NONE;
  private boolean subscribed;
  private long proof = NEVER;

  /** The latest proof, also one that is not trusted any more. */
  private long provenLast = NEVER;

  private long asked = NEVER;
  private long sentLast = NEVER;
  private long heardLast = NEVER;
  private long distrusted = NEVER;
  private long met = NEVER;
  private long lostLast = NEVER;

  /** Proofs that are further apart have an outage between them. */
  private final long outage;

  /** The server's time minus ours lies between, in nanoseconds, as of {@link #asked}. */
  private long offsetLow;

  private long offsetHigh;

  Link(Master master, int index) {
    this(master, index, Long.MAX_VALUE);
  }

  /**
   * @param outage an epoch begins when nothing was proved for longer, in nanoseconds
   */
  Link(Master master, int index, long outage) {
    this.master = master;
    this.index = index;
    this.outage = outage;
  }

  /** A beat whose answer said what to hear. */
  private record Answered(long sent, Beat awaited) {}

  final void subscribed(long now) {
    met = (met == NEVER) ? now : met;
    subscribed = true;
    heardLast = now;
    heard = null;
    waiting.clear();
    if (epoch == null || risesWithSubscription()) {
      rise(now);
    }
  }

  final void lost(long now) {
    lostLast = now;
    subscribed = false;
  }

  final void replied(long sent, BeatReply reply, long now) {
    boolean stepped = isStepped(sent, reply, now);
    if (known == null || stepped || differs(known, reply)) {
      rise(now);
    }
    if (sent >= asked) {
      asked = sent;
      known = reply;
      owned = reply.owned();
      offsetLow = reply.serverMicros() * 1_000 - now;
      offsetHigh = reply.serverMicros() * 1_000 - sent;
    }
    long proves = proves(sent, now);
    if (sent <= distrusted) {
      return;
    }
    if (heard != null && isAwaited(heard, reply.awaited())) {
      prove(proves, now);
    } else {
      waiting.addLast(new Answered(proves, reply.awaited()));
      if (waiting.size() > MOST_WAITING) {
        waiting.removeFirst();
      }
    }
  }

  private boolean isStepped(long sent, BeatReply reply, long now) {
    long server = reply.serverMicros() * 1_000;
    return known != null
        && sent >= asked
        && (server - sent < offsetLow - STEP_NANOS || server - now > offsetHigh + STEP_NANOS);
  }

  final void heard(Beat beat, long now) {
    heard = beat;
    heardLast = now;
    for (Iterator<Answered> each = waiting.iterator(); each.hasNext(); ) {
      Answered answered = each.next();
      if (isAwaited(beat, answered.awaited)) {
        prove(answered.sent, now);
        each.remove();
      }
    }
  }

  /** The clock can't be trusted: nothing that was sent until now proves anything. */
  final void distrust(long now) {
    distrusted = now;
    proof = NEVER;
    waiting.clear();
  }

  /** Whether it is time for a beat, which is then sent. */
  final boolean isDue(long now, long pauseNanos) {
    if (!subscribed || now - sentLast < pauseNanos) {
      return false;
    }
    sentLast = now;
    return true;
  }

  /** Whether the master answers, but has not been heard for so long. Asked again later. */
  final boolean isDeaf(long now, long patienceNanos) {
    if (!subscribed || now - heardLast < patienceNanos || now - asked > patienceNanos) {
      return false;
    }
    heardLast = now;
    return true;
  }

  /** Why copies of this master are not used; null if they are, or it has only just been met. */
  final @Nullable Trouble trouble(long now, long bound) {
    long good = Math.max(proof, met);
    if (subscribed && now - good <= bound) {
      return null;
    }
    long since = subscribed ? good + bound : Math.max(good, lostLast);
    if (now - asked > bound) {
      return new Trouble(
          Kind.COPIES_UNPROVEN,
          master.name(),
          since,
          "it does not answer what proves copies fresh");
    }
    String why = subscribed ? "its channel is not heard" : "the connection of its channel is lost";
    return new Trouble(Kind.BUS_SILENT, master.name(), since, "it answers, but " + why);
  }

  final View view() {
    return new View(master, epoch, proof, visible(owned));
  }

  private void prove(long time, long now) {
    if (provenLast != NEVER && time - provenLast > outage) {
      rise(now);
    }
    provenLast = Math.max(provenLast, time);
    proof = Math.max(proof, time);
    if (epoch != null) {
      epoch.provenAt = Math.max(epoch.provenAt, proof);
    }
  }

  private void rise(long now) {
    if (epoch != null || subscribed) {
      epoch = next(epoch, now);
    }
  }

  /** The epoch after that one. */
  MasterEpoch next(@Nullable MasterEpoch before, long now) {
    return new MasterEpoch(index, now);
  }

  boolean risesWithSubscription() {
    return true;
  }

  /** Whether something may have been missed between two answers. */
  boolean differs(BeatReply before, BeatReply after) {
    return before.incarnation() != after.incarnation()
        || before.configurationEpoch() != after.configurationEpoch();
  }

  /** The time up to which a beat proves that all was heard. */
  long proves(long sent, long now) {
    return sent;
  }

  boolean isAwaited(Beat beat, Beat awaited) {
    return beat.runId().equals(awaited.runId())
        && beat.incarnation() == awaited.incarnation()
        && beat.number() >= awaited.number();
  }

  /** The slots whose copies may be served. */
  Slots visible(Slots slots) {
    return slots;
  }
}
