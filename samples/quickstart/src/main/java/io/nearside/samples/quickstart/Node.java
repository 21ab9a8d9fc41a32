package io.nearside.samples.quickstart;

import java.rmi.RemoteException;
import java.util.List;

/** One JVM of the run, as the run sees it. */
interface Node extends Peer {

  /** Lets the customers in. */
  void begin() throws RemoteException;

  /** Reads so far. */
  long reads() throws RemoteException;

  /** Redis was killed just now. */
  void redisIsAway() throws RemoteException;

  /** Redis is about to be started again. */
  void redisReturns() throws RemoteException;

  /** Comes back as soon as reads are answered by copies again. */
  void awaitCopies() throws RemoteException, InterruptedException;

  /** Comes back as soon as there is a copy of this product, or no such product. */
  void awaitCopy(long id) throws RemoteException, InterruptedException;

  /** Comes back as soon as a product is read in this version, or a later one. */
  void awaitVersion(long id, long version) throws RemoteException, InterruptedException;

  /** Sends the customers home. */
  void end() throws RemoteException, InterruptedException;

  /** As {@link Safeguards#crowd}. */
  long crowd(long id, boolean byLoader) throws RemoteException, InterruptedException;

  /** As {@link Safeguards#readKept}. */
  Kept readKept(List<Product> expected) throws RemoteException;

  /** As {@link Safeguards#openNotes}. */
  void openNotes() throws RemoteException;

  /** As {@link Safeguards#takeNotes}. */
  void takeNotes(int count) throws RemoteException, InterruptedException;

  /** What was seen; for when the customers have left. */
  Findings findings() throws RemoteException;

  /** Lets go of the cache and the database. */
  void leave() throws RemoteException;
}
