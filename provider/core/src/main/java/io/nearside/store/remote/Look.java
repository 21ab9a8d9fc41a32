package io.nearside.store.remote;

import io.nearside.codec.Head;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks an entry up: it and its partition's head at one instant. */
record Look<K, V>(StoreParts<K, V> parts) {

  /**
   * What is there, judged at a time of this node's clock.
   *
   * @throws io.nearside.RemoteUnavailableException if Redis does not answer
   */
  Seen<V> at(RemoteKey remote, long now) {
    return seen(remote, parts.connection().read(List.of(remote.head(), remote.entry())), now);
  }

  /** The same of what was read already. */
  Seen<V> seen(RemoteKey remote, List<byte @Nullable []> pair, long now) {
    byte[] raw = pair.get(1);
    if (raw == null) {
      return Seen.nothing();
    }
    ServerClock server = parts.connection().serverClock(remote.head());
    return parts.entries().seen(remote, Head.parse(pair.get(0)), raw, server, now);
  }
}
