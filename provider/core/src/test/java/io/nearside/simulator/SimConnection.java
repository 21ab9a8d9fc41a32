package io.nearside.simulator;

import io.nearside.store.Bus;
import io.nearside.store.Bus.Beat;
import io.nearside.store.VersionedEntry.Identity;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A node's subscription of a server's channel: in order, until it is cut or falls silent. */
final class SimConnection implements Bus.Master {
  final SimNode node;
  final SimServer server;
  final Queue<Message> messages = new ArrayDeque<>();
  boolean silent;
  boolean cut;

  /** Until then nothing arrives, but nothing is lost. */
  long heldUntil;

  /** What a channel carries. */
  sealed interface Message permits Confirmed, Told, Cleared, Said {}

  /** The subscription's confirmation. */
  record Confirmed() implements Message {}

  /** A key's announcement. */
  record Told(int key, @Nullable Identity identity) implements Message {}

  /** A partition's. */
  record Cleared(int partition, long generation) implements Message {}

  /** A beat. */
  record Said(Beat beat) implements Message {}

  SimConnection(SimNode node, SimServer server) {
    this.node = node;
    this.server = server;
  }

  /** Begins anew; what was on its way is lost. */
  void subscribe() {
    messages.clear();
    silent = false;
    cut = false;
    messages.add(new Confirmed());
    if (!server.connections.contains(this)) {
      server.connections.add(this);
    }
  }

  void cut() {
    cut = true;
    messages.clear();
    server.connections.remove(this);
  }

  void publish(Message message) {
    if (!silent && !cut) {
      messages.add(message);
    }
  }

  @Override
  public String name() {
    return server.toString();
  }
}
