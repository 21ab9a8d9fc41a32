package io.nearside.coherence;

import io.nearside.store.Bus;
import io.nearside.store.Bus.Beat;
import io.nearside.store.Bus.BeatReply;
import io.nearside.store.Bus.Master;
import io.nearside.store.Clock;
import io.nearside.store.Slots;
import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Coherence without one of its rules. */
public enum BrokenLinks {
  NOTHING(Link::new),

  NO_EPOCH((master, index) ->
      new Link(master, index) {
        @Override
        MasterEpoch next(@Nullable MasterEpoch before, long now) {
          return before == null ? super.next(null, now) : before;
        }
      }),

  NO_EPOCH_ON_SUBSCRIPTION((master, index) ->
      new Link(master, index) {
        @Override
        boolean risesWithSubscription() {
          return false;
        }
      }),

  NO_INCARNATION((master, index) ->
      new Link(master, index) {
        @Override
        boolean differs(BeatReply before, BeatReply after) {
          return before.configurationEpoch() != after.configurationEpoch();
        }

        @Override
        boolean isAwaited(Beat beat, Beat awaited) {
          return beat.runId().equals(awaited.runId()) && beat.number() >= awaited.number();
        }
      }),

  NUMBER_ONLY((master, index) ->
      new Link(master, index) {
        @Override
        boolean isAwaited(Beat beat, Beat awaited) {
          return beat.number() >= awaited.number();
        }
      }),

  ARRIVAL_TIME((master, index) ->
      new Link(master, index) {
        @Override
        long proves(long sent, long now) {
          return now;
        }
      }),

  OWNERSHIP_IGNORED((master, index) ->
      new Link(master, index) {
        @Override
        Slots visible(Slots slots) {
          return slots.equals(Slots.NONE) ? slots : Slots.ALL;
        }
      });

  private final BiFunction<Master, Integer, Link> links;

  BrokenLinks(BiFunction<Master, Integer, Link> links) {
    this.links = links;
  }

  /** Trusts copies after an outage. */
  public Coherence coherence(Bus bus, Duration bound, Clock clock) {
    return new Coherence(bus, bound, clock, links);
  }
}
