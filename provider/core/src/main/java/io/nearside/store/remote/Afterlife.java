package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.codec.Envelope.View;
import io.nearside.codec.Head;
import io.nearside.store.Keeping;
import io.nearside.store.KeptEntry;
import io.nearside.store.StoredEntry;
import io.nearside.store.remote.ChangeRun.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what may stand in for loads that have failed: envelopes stay in Redis for a while when
 * their time is over, and whatever changes a key takes them away. Asked only then, in one round
 * trip for each master. Thread-safe.
 */
final class Afterlife<K, V> {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long MICROS = 1_000;

  private final StoreParts<K, V> parts;
  private final Recovery<K, V> recovery;
  private final Keeping keeping;

  Afterlife(StoreParts<K, V> parts, Recovery<K, V> recovery) {
    this.parts = parts;
    this.recovery = recovery;
    this.keeping = parts.settings().keeping();
  }

  /**
   * What there is of the keys, live or kept, as far as Redis answers.
   *
   * @param now by {@link io.nearside.store.Clock#nanos}
   */
  Map<K, StoredEntry<V>> find(Collection<? extends K> keys, long now) {
    List<Place<K>> places = new ArrayList<>(keys.size());
    keys.forEach(key -> places.add(new Place<>(key, parts.entries().locate(key))));
    Map<K, StoredEntry<V>> found = new HashMap<>();
    try {
      boolean unsaid = recovery.trySayAll(places) != null;
      for (int from = 0; from < places.size(); from += StoreParts.CHUNK) {
        read(places.subList(from, Math.min(places.size(), from + StoreParts.CHUNK)), now, found);
      }
      if (unsaid) {
        places.stream()
            .filter(place -> recovery.hides(place.remote()))
            .forEach(place -> found.remove(place.key()));
      }
    } catch (RemoteUnavailableException e) {
      // Redis is away, and with it what would stand in
    }
    return found;
  }

  private void read(List<Place<K>> places, long now, Map<K, StoredEntry<V>> found) {
    List<List<String>> groups = new ArrayList<>(places.size());
    for (Place<K> place : places) {
      groups.add(List.of(place.remote().head(), place.remote().entry()));
    }
    CallTime.allow(places.size() * parts.entries().typicalBytes());
    List<@Nullable List<byte @Nullable []>> pairs = parts.connection().readAll(groups);
    for (int i = 0; i < places.size(); i++) {
      List<byte @Nullable []> pair = pairs.get(i);
      StoredEntry<V> entry = (pair == null) ? null : entry(places.get(i).remote(), pair, now);
      if (entry != null) {
        found.put(places.get(i).key(), entry);
      }
    }
  }

  private @Nullable StoredEntry<V> entry(RemoteKey remote, List<byte @Nullable []> pair, long now) {
    Head head = Head.parse(pair.get(0));
    byte[] raw = pair.get(1);
    View view = (head == null || raw == null) ? null : parts.entries().view(remote, raw);
    if (head == null || view == null || !view.isCurrent(head)) {
      return null;
    }
    ServerClock server = parts.connection().serverClock(remote.head());
    long millis = server.microsAt(now) / MICROS;
    if (view.isLive(head, millis)) {
      return parts.entries().entry(remote, view, server);
    }
    long until = view.expiresAt() + keeping.of(view.ownLife()) / NANOS_PER_MILLI;
    if (view.spoilt() || view.asOf() <= head.fence() || millis >= until) {
      return null;
    }
    StoredEntry<V> entry = parts.entries().entry(remote, view, server);
    return (entry == null)
        ? null
        : new KeptEntry<>(entry.value(), server.nanosAt(until * MICROS), entry.notes());
  }
}
