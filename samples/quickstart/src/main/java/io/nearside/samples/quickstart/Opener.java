package io.nearside.samples.quickstart;

import java.rmi.RemoteException;
import java.sql.SQLException;

/** A JVM that waits to become a node. */
interface Opener extends java.rmi.Remote {

  /**
   * Opens a shop there.
   *
   * @param peer is told of its changes
   */
  Node open(Setup setup, Peer peer) throws RemoteException, SQLException;
}
