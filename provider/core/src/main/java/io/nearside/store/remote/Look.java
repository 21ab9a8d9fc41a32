package io.nearside.store.remote;

import io.nearside.codec.Head;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks an entry up: it and its partition's head at one instant.
 *
 * @param lost is told of heads that are missing, unless it is null
 */
record Look<K, V>(StoreParts<K, V> parts, @Nullable LostHeads lost) {

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
    return seen(remote, head(remote, pair.get(0)), pair.get(1), now);
  }

  /**
   * Likewise.
   *
   * @param head what {@link #head} has made of what was read with the entry
   */
  Seen<V> seen(RemoteKey remote, @Nullable Head head, byte @Nullable [] raw, long now) {
    if (raw == null) {
      return Seen.nothing();
    }
    ServerClock server = parts.connection().serverClock(remote.head());
    return parts.entries().seen(remote, head, raw, server, now);
  }

  /**
   * The head of a key's partition, as it was read.
   *
   * @return null if there is none, or it is not one
   */
  @Nullable Head head(RemoteKey remote, byte @Nullable [] raw) {
    if (raw == null && lost != null && parts.connection().fenced()) { // where there are copies
      lost.note(remote.partition());
    }
    return Head.parse(raw);
  }
}
