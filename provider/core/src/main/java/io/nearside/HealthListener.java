package io.nearside;

/**
 * Is told when something begins not to work as usual, and when it does again: that a circuit
 * breaker opened and closed, Redis was lost and found, a cache was switched to another mode.
 *
 * <p>It is called on a thread of its own, by one thread at a time and in order, within some 200 ms
 * of the change. While it runs nothing else is told to it: what begins and ends meanwhile it never
 * hears of, and what then is different it is told at once. So it always ends up knowing what there
 * is, and neither a slow one nor a Redis that comes and goes piles anything up.
 */
@FunctionalInterface
public interface HealthListener {

  /**
   * What has changed. What it throws is logged once and otherwise without effect.
   *
   * @param change at least one problem that has begun or is over
   */
  void changed(NearsideHealth.Change change);
}
