package io.nearside.store;

/** Hears that other nodes' loads have ended; not always, so who waits looks now and then. */
public interface LoadWatch extends AutoCloseable {

  /** Hears nothing. */
  LoadWatch NONE =
      new LoadWatch() {
        @Override
        public void await(long nanos) throws InterruptedException {
          Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
        }

        @Override
        public void close() {}
      };

  /** Waits until one of the loads may have ended since the last wait, or the time is over. */
  void await(long nanos) throws InterruptedException;

  @Override
  void close();
}
