package io.nearside.samples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.rmi.RemoteException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All nodes of a run: one in this JVM, which has the database, and one in a JVM of its own if there
 * is a Redis between them.
 */
final class Nodes implements AutoCloseable {
  private final Remote remote;
  private final ShopNode first;
  private final @Nullable Node second;
  private final @Nullable SecondJvm jvm;

  private Nodes(Remote remote, ShopNode first, @Nullable Node second, @Nullable SecondJvm jvm) {
    this.remote = remote;
    this.first = first;
    this.second = second;
    this.jvm = jvm;
  }

  /** Starts and connects them. */
  static Nodes open(Settings settings, Remote remote)
      throws IOException, SQLException, InterruptedException {
    int count = remote.isShared() ? 2 : 1;
    SecondJvm jvm = remote.isShared() ? SecondJvm.start() : null;
    ShopNode first = null;
    try {
      Database database = Database.create(settings);
      Setup setup =
          new Setup(
              settings, new Place(0, count), remote.uri(), remote.properties(), database.url());
      first = ShopNode.open(setup, database);
      Node second = jvm == null ? null : connect(first, jvm, setup.at(new Place(1, count)));
      return new Nodes(remote, first, second, jvm);
    } catch (IOException | SQLException | RuntimeException e) {
      if (jvm != null) {
        jvm.close();
      }
      if (first != null) {
        first.leave();
      }
      throw e;
    }
  }

  private static Node connect(ShopNode first, SecondJvm jvm, Setup setup)
      throws IOException, SQLException {
    Loopback.export(first);
    Node second = jvm.open(setup, first);
    first.meet(second);
    return second;
  }

  /** The node of this JVM. */
  ShopNode first() {
    return first;
  }

  /** The other node, null if there is none. */
  @Nullable Node second() {
    return second;
  }

  List<Node> all() {
    return second == null ? List.of(first) : List.of(first, second);
  }

  /** The other node, which must be there. */
  Node requireSecond() {
    return Objects.requireNonNull(second, "there is one node");
  }

  /** Ends the other node's JVM, which is told nothing. */
  void killSecond() throws InterruptedException {
    Objects.requireNonNull(jvm, "there is one JVM").kill();
  }

  /** What all have seen. */
  Findings findings() throws RemoteException {
    List<Findings> each = new ArrayList<>();
    for (Node node : all()) {
      each.add(node.findings());
    }
    return Findings.sum(each);
  }

  /** Reads of all nodes so far. */
  long reads() {
    try {
      return first.reads() + (second == null ? 0 : second.reads());
    } catch (RemoteException e) {
      throw new UncheckedIOException("the second node does not answer", e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    try {
      if (second != null) {
        second.leave();
      }
    } catch (RemoteException e) {
      // It has left in another way.
    } finally {
      if (second != null) {
        Loopback.retract(first);
      }
      if (jvm != null) {
        jvm.close();
      }
      if (!remote.isOwn()) {
        first.destroyCaches();
      }
      first.leave();
    }
  }
}
