package io.nearside.samples.quickstart;

import java.rmi.RemoteException;
import org.jspecify.annotations.Nullable;

/** What a node tells the other one of its own changes, so that both can check their reads. */
interface Peer extends java.rmi.Remote {

  /** For a node that is alone. */
  Peer NOBODY =
      new Peer() {
        @Override
        public void begun(long id, long version, @Nullable Product product) {}

        @Override
        public void completed(long id, long version) {}

        @Override
        public void toldRedis(long id, long version) {}
      };

  /**
   * A change is about to reach the database: it will, when this has returned.
   *
   * @param product null if it is a removal
   */
  void begun(long id, long version, @Nullable Product product) throws RemoteException;

  /** The operation that made this change has returned. */
  void completed(long id, long version) throws RemoteException;

  /** Redis knows of this completed change. */
  void toldRedis(long id, long version) throws RemoteException;
}
