package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.codec.Head;
import io.nearside.store.Outcome;
import io.nearside.store.Unavailable;
import io.nearside.store.remote.ChangeRun.Place;
import io.nearside.store.remote.RemoteAsync.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads many keys: of each partition its head once, and at the same instant the entries of all keys
 * that lie in it. For one thread, and one call of {@link #into}.
 */
final class BulkRead<K, V> {
  private final StoreParts<K, V> parts;
  private final Look<K, V> look;
  private final Expirations<K, V> expirations;

  /** What is asked for, and the last part of each partition: the others are full. */
  private final List<Part<K>> asked = new ArrayList<>();

  private final Map<String, Part<K>> byHead = new HashMap<>();
  private int size;

  BulkRead(StoreParts<K, V> parts, Look<K, V> look, Expirations<K, V> expirations) {
    this.parts = parts;
    this.look = look;
    this.expirations = expirations;
  }

  /**
   * Keys of one partition.
   *
   * @param names of the head and then of the keys' entries
   */
  private record Part<K>(List<Place<K>> places, List<String> names) {}

  void add(Place<K> place) {
    String head = place.remote().head();
    Part<K> part = byHead.get(head);
    if (part == null || part.places.size() == Bulk.STEP) {
      part = new Part<>(new ArrayList<>(2), new ArrayList<>(3));
      part.names.add(head);
      byHead.put(head, part);
      asked.add(part);
    }
    part.places.add(place);
    part.names.add(place.remote().entry());
    size++;
  }

  /**
   * Asks Redis.
   *
   * @param now by {@link io.nearside.store.Clock#nanos}
   */
  void into(Map<K, Outcome<V>> outcomes, long now) {
    if (asked.isEmpty()) {
      return;
    }
    CallTime.allow(bytes());
    takeAll(() -> parts.connection().readAll(names()), now, outcomes, expirations::met);
  }

  /**
   * Asks Redis, and does not wait.
   *
   * @param now by {@link io.nearside.store.Clock#nanos}
   */
  CompletableFuture<Map<K, Outcome<V>>> ask(long now, Sending sending) {
    Map<K, Outcome<V>> outcomes = new HashMap<>(2 * size);
    if (asked.isEmpty()) {
      return CompletableFuture.completedFuture(outcomes);
    }
    return sending
        .by(() -> {
          long nanos = parts.connection().timeoutNanos() + CallTime.nanosFor(bytes());
          return withClocks(parts.connection().readAllAsync(names(), nanos));
        })
        .handleAsync(
            (values, failure) -> {
              takeAll(Reply.of(values, failure), now, outcomes, expirations::metInPassing);
              return outcomes;
            },
            sending.executor());
  }

  /** With the servers' clocks; what lies on one whose clock can't be known is unavailable. */
  private CompletableFuture<List<@Nullable List<byte @Nullable []>>> withClocks(
      CompletableFuture<List<@Nullable List<byte @Nullable []>>> values) {
    List<CompletableFuture<ServerClock>> clocks = new ArrayList<>(asked.size());
    asked.forEach(part -> clocks.add(parts.connection().serverClockAsync(part.names.get(0))));
    CompletableFuture<Boolean> known =
        CompletableFuture.allOf(clocks.toArray(CompletableFuture[]::new))
            .handle((all, failure) -> failure == null);
    return values.thenCombine(
        known,
        (found, all) -> {
          for (int i = 0; i < clocks.size() && !all; i++) {
            if (clocks.get(i).isCompletedExceptionally()) {
              found.set(i, null);
            }
          }
          return found;
        });
  }

  private long bytes() {
    return Math.min(size, Bulk.STEP) * parts.entries().typicalBytes();
  }

  /** What is to be done for what was met. */
  private interface Meeting<K, V> {
    void met(K key, RemoteKey remote, Seen<V> seen);
  }

  private void takeAll(
      Reply<List<@Nullable List<byte @Nullable []>>> reply,
      long now,
      Map<K, Outcome<V>> outcomes,
      Meeting<K, V> meeting) {
    List<@Nullable List<byte @Nullable []>> values;
    RemoteUnavailableException failure = null;
    try {
      values = reply.get();
    } catch (RemoteUnavailableException e) {
      values = Collections.nCopies(asked.size(), null);
      failure = e;
    }
    for (int i = 0; i < asked.size(); i++) {
      Part<K> part = asked.get(i);
      List<byte @Nullable []> found = values.get(i);
      if (found != null) {
        take(part, found, now, outcomes, meeting);
      } else {
        failure = (failure == null) ? parts.unavailable("a master is away", null) : failure;
        for (Place<K> place : part.places) {
          outcomes.put(place.key(), new Unavailable<>(failure));
        }
      }
    }
  }

  private List<List<String>> names() {
    List<List<String>> names = new ArrayList<>(asked.size());
    for (Part<K> part : asked) {
      names.add(part.names);
    }
    return names;
  }

  private void take(
      Part<K> part,
      List<byte @Nullable []> found,
      long now,
      Map<K, Outcome<V>> outcomes,
      Meeting<K, V> meeting) {
    Head head = look.head(part.places.get(0).remote(), found.get(0));
    for (int i = 0; i < part.places.size(); i++) {
      Place<K> place = part.places.get(i);
      outcomes.put(place.key(), outcome(place, head, found.get(i + 1), now, meeting));
    }
  }

  private Outcome<V> outcome(
      Place<K> place, @Nullable Head head, byte @Nullable [] raw, long now, Meeting<K, V> meeting) {
    try {
      Seen<V> seen = look.seen(place.remote(), head, raw, now);
      meeting.met(place.key(), place.remote(), seen);
      return seen.outcome();
    } catch (RemoteUnavailableException e) {
      return new Unavailable<>(e);
    }
  }
}
