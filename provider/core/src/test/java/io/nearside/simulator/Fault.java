package io.nearside.simulator;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What befalls servers, nodes and the network; a run has some of them. */
enum Fault {
  FORK,
  DEMOTE,
  ROLL_BACK,
  RESTART,
  FLUSH,
  STEP_BACK,
  STEP_FORWARD,
  EVICT_ENTRY,
  EVICT_HEAD,
  EVICT_BEAT,
  MOVE_SLOT,
  SILENCE,
  DELAY,
  CUT,
  NODE_RESTART,
  NODE_PAUSE,
  LONG_PAUSE,
  LATE_WRITE;

  /** Some break a promise only where others do not get in their way. */
  static final List<Set<Fault>> THEMES =
      List.of(
          EnumSet.of(MOVE_SLOT),
          EnumSet.of(MOVE_SLOT, CUT),
          EnumSet.of(MOVE_SLOT, SILENCE),
          EnumSet.of(SILENCE),
          EnumSet.of(DELAY),
          EnumSet.of(NODE_PAUSE),
          EnumSet.of(DELAY, NODE_PAUSE),
          EnumSet.of(DELAY, MOVE_SLOT),
          EnumSet.of(SILENCE, CUT),
          EnumSet.of(SILENCE, LATE_WRITE),
          EnumSet.of(FORK, DEMOTE, EVICT_ENTRY),
          EnumSet.of(EVICT_ENTRY),
          EnumSet.of(EVICT_ENTRY, EVICT_HEAD),
          EnumSet.of(FORK, DEMOTE),
          EnumSet.of(FORK, DEMOTE, CUT),
          EnumSet.of(LATE_WRITE, NODE_PAUSE));
}
