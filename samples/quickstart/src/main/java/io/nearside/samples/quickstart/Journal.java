package io.nearside.samples.quickstart;

import java.io.UncheckedIOException;
import java.rmi.RemoteException;
import org.jspecify.annotations.Nullable;

/** Notes this node's changes in its own history and in the other node's. Thread-safe. */
final class Journal {
  private final History history;
  private volatile Peer peer = Peer.NOBODY;

  Journal(History history) {
    this.history = history;
  }

  /** From now on this node's changes are told to another one. */
  void meet(Peer other) {
    peer = other;
  }

  /** A change is about to reach the database: nobody can read a version before it is known here. */
  void begin(long id, long version, @Nullable Product product) {
    history.begin(id, version, product);
    tell(other -> other.begun(id, version, product));
  }

  /** The removal of a product is about to reach the database. */
  void beginRemoval(long id) {
    begin(id, history.requireLatest(id).version + 1, null);
  }

  /** The operation that wrote this version has returned. */
  void complete(long id, long version) {
    history.complete(id, version);
    tell(other -> other.completed(id, version));
  }

  /** Redis knows of this completed version. */
  void toldRedis(long id, long version) {
    history.toldRedis(id, version);
    tell(other -> other.toldRedis(id, version));
  }

  private void tell(Message message) {
    try {
      message.to(peer);
    } catch (RemoteException e) {
      throw new UncheckedIOException("the other node does not answer", e);
    }
  }

  /** Something to be told. */
  private interface Message {
    void to(Peer other) throws RemoteException;
  }
}
