package io.nearside.store.remote;

import io.nearside.store.Slots;
import java.util.BitSet;

/**
 * What a master of a cluster says of itself.
 *
 * @param configurationEpoch of the master
 * @param slots that it owns and that are not on their way to or from another
 * @param home the one of them that all nodes take for the master's own keys; -1 if there is none
 */
record Ownership(long configurationEpoch, Slots slots, int home) {
  /** Of a server without a cluster: everything. */
  static final Ownership ALL = new Ownership(0, Slots.ALL, 0);

  /**
   * @param node the master's name
   * @param text as {@code CLUSTER NODES} words it: the configuration epoch, then ranges of slots;
   *     empty for a server without a cluster
   */
  static Ownership parse(String node, String text) {
    if (text.isEmpty()) {
      return ALL;
    }
    String[] words = text.split(" ");
    BitSet slots = new BitSet(Slots.COUNT);
    for (int i = 1; i < words.length; i++) {
      if (words[i].startsWith("[")) { // as in [93->-NODE] and [93-<-NODE], behind the ranges
        slots.clear(Integer.parseInt(words[i].substring(1, words[i].indexOf('-'))));
      } else {
        String[] ends = words[i].split("-");
        slots.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
      }
    }
    return new Ownership(Long.parseLong(words[0]), Slots.of(slots), home(node, slots));
  }

  /**
   * Of the whole answer to {@code CLUSTER NODES}: what the server that was asked says of itself.
   */
  static Ownership ofMyself(String nodes) {
    for (String line : nodes.split("\n")) {
      String[] words = line.trim().split(" ", 9);
      if (words.length > 7 && words[2].startsWith("myself")) {
        return parse(words[0], words.length > 8 ? words[6] + ' ' + words[8] : words[6]);
      }
    }
    throw new IllegalArgumentException("the server does not know itself");
  }

  /** By the highest hash, so that it rarely changes while slots move one by one. */
  private static int home(String node, BitSet slots) {
    int home = -1;
    long highest = 0;
    for (int slot = slots.nextSetBit(0); slot >= 0; slot = slots.nextSetBit(slot + 1)) {
      long hash = mixed((long) node.hashCode() << 32 | slot);
      if (home < 0 || hash > highest) {
        home = slot;
        highest = hash;
      }
    }
    return home;
  }

  /** The finisher of MurmurHash3: each bit of the result depends on each bit of the argument. */
  private static long mixed(long number) {
    long hash = (number ^ (number >>> 33)) * 0xFF51AFD7ED558CCDL;
    hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return hash ^ (hash >>> 33);
  }
}
