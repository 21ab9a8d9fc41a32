package io.nearside.store;

/**
 * A place among those on all nodes who want to change a key, first come, first served; only a
 * matter of speed: who changes by {@link Change.Condition#SAME} is safe without. A place is lost if
 * its owner does nothing for long. Used by one thread.
 */
public interface Turn extends AutoCloseable {
  /** For stores that need none. */
  Turn NONE =
      new Turn() {
        @Override
        public void await() {}

        @Override
        public void close() {}
      };

  /**
   * Waits until it is one's turn, for a bounded time; takes a new place if the old one is lost.
   *
   * @throws io.nearside.RemoteUnavailableException if the store can't tell, nor will it soon
   */
  void await();

  /** Gives the place up; waits for nobody. */
  @Override
  void close();
}
