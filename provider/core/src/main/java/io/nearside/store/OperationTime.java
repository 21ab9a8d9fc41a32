package io.nearside.store;

/**
 * The time that the calls of a store have which serve one operation: together they wait no longer
 * for an answer than one call would. What the operation does between them does not count. For one
 * thread.
 */
public interface OperationTime {

  /** Of a store that waits for nothing. */
  OperationTime UNLIMITED =
      new OperationTime() {
        @Override
        public Use use() {
          return UNUSED;
        }

        @Override
        public void renew() {}
      };

  /** Of a call that takes no time of any operation. */
  Use UNUSED = () -> {};

  /** What the thread asks of the store until this is closed takes of the time. */
  interface Use extends AutoCloseable {
    @Override
    void close();
  }

  /** Begins to take of the time. */
  Use use();

  /** The store has answered: what follows has all of the time again. */
  void renew();

  /** The store has been waited for in vain, elsewhere: what follows has no time. */
  default void spend() {}

  /** The operation is over; by the thread that it is for. */
  default void end() {}
}
