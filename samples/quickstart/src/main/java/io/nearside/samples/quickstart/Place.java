package io.nearside.samples.quickstart;

import java.io.Serializable;

/**
 * Which node this is, and how many there are. Every node reads all products; each changes only its
 * own ones, since the order of two nodes' changes of one row would be the database's business.
 *
 * @param number from 0 on
 */
record Place(int number, int nodes) implements Serializable {
  static final Place ALONE = new Place(0, 1);

  boolean owns(long id) {
    return id % nodes == number;
  }

  /** An own product near this one. */
  long ownNear(long id) {
    long own = id - Math.floorMod(id - number, nodes);
    return own > 0 ? own : own + nodes;
  }
}
