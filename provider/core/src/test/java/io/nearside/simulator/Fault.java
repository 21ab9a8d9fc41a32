package io.nearside.simulator;

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
  CUT,
  NODE_RESTART,
  NODE_PAUSE,
  LONG_PAUSE,
  LATE_WRITE
}
