package io.nearside.cache;

import io.nearside.EntryView;
import io.nearside.NearsideAsyncLoader;
import io.nearside.NearsideLoader;
import io.nearside.cache.AsyncCalls.Call;
import io.nearside.cache.BulkReadThrough.Result;
import io.nearside.cache.Reading.Found;
import io.nearside.load.Loads;
import io.nearside.load.Nothing;
import io.nearside.store.AsyncStore;
import io.nearside.store.Outcome;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads for which no thread waits while Redis is asked. What follows an answer is {@link
 * Reading}'s; if that may wait, such as a load, a thread that may does it. Keys are the cache's own
 * copies. Thread-safe.
 */
final class AsyncReading<K, V> {
  private final StoreCache<K, V> cache;
  private final CacheParts<K, V> parts;
  private final Reading<K, V> reading;
  private final AsyncNode node;
  private final AsyncLoads<K, V> asyncLoads;

  AsyncReading(
      StoreCache<K, V> cache, CacheParts<K, V> parts, Reading<K, V> reading, AsyncNode node) {
    this.cache = cache;
    this.parts = parts;
    this.reading = reading;
    this.node = node;
    this.asyncLoads = new AsyncLoads<>(cache, parts, reading, node);
  }

  void get(Call<@Nullable V> call, K key) {
    find(call, key, parts.readThrough(), null, () -> cache.get(key));
  }

  void getOrLoad(Call<@Nullable V> call, K key, NearsideAsyncLoader<K, V> loader) {
    String name = parts.settings().name();
    NearsideLoader<K, V> awaited = Loads.awaited(name, loader);
    Loads<K, V> waiting =
        new Loads<>(
            name, awaited, Nothing.said(parts.settings().notFound()), null, parts.recorder());
    find(call, key, waiting, loader, () -> cache.getOrLoad(key, awaited));
  }

  void containsKey(Call<Boolean> call, K key) {
    AsyncStore<K, V> store = parts.store().async();
    if (store == null) {
      call.run(() -> cache.containsKey(key));
      return;
    }
    long now = parts.clock().nanos();
    call.follow(
        () -> store.peek(key, now, node.replies()),
        outcome -> call.answer(() -> parts.degraded().entry(outcome) != null));
  }

  void entry(Call<@Nullable EntryView<V>> call, K key) {
    AsyncStore<K, V> store = parts.store().async();
    if (store == null) {
      call.run(() -> cache.entry(key));
      return;
    }
    long now = parts.clock().nanos();
    call.follow(
        () -> store.peek(key, now, node.replies()),
        outcome -> call.answer(() -> reading.view(outcome, now)));
  }

  /**
   * @param answer what the caller is told
   * @param waiting the whole operation on a thread that may wait
   */
  <R> void getAll(
      Call<R> call, Set<K> keys, Function<Result<K, V>, R> answer, Supplier<R> waiting) {
    AsyncStore<K, V> store = reading.renews() ? null : parts.store().async();
    if (store == null) {
      call.run(waiting);
      return;
    }
    long now = parts.clock().nanos();
    call.follow(
        () -> store.readAll(keys, now, node.replies()),
        outcomes -> {
          Found<K, V> found = reading.found(keys, outcomes);
          if (found.missing().isEmpty()) {
            call.answer(() -> cache.tell(() -> answer.apply(found.result())));
          } else {
            call.run(() -> cache.tell(() -> answer.apply(reading.load(found))));
          }
        });
  }

  /**
   * @param loads what a miss calls on a thread that may wait; null for nothing
   * @param loader what it calls where none need wait; null if there is no such
   * @param waiting the whole operation on a thread that may wait
   */
  private void find(
      Call<@Nullable V> call,
      K key,
      @Nullable Loads<K, V> loads,
      @Nullable NearsideAsyncLoader<K, V> loader,
      Supplier<@Nullable V> waiting) {
    AsyncStore<K, V> store = parts.store().async();
    boolean reserves = loads != null && parts.store().batches();
    boolean waits = reserves && (reading.isPaused(key) || parts.events().active());
    long start = parts.clock().nanos();
    if (store == null && loader != null && reserves && !waits) { // for Redis, not for the source
      Miss<K, V> miss = new Miss<>(start, loads, loader);
      call.step(
          node.tasks(),
          () -> {
            if (!call.isDone()) {
              found(call, key, parts.store().readOrReserve(key, start), miss);
            }
          });
      return;
    }
    if (store == null || waits) {
      call.run(waiting);
      return;
    }
    Executor replies = node.replies();
    if (reserves) {
      call.follow(
          () -> store.readOrReserve(key, start, replies),
          read -> found(call, key, read, new Miss<>(start, loads, loader)));
    } else {
      call.follow(
          () -> store.read(key, start, replies),
          outcome -> found(call, key, outcome, new Miss<>(start, loads, loader)));
    }
  }

  /** What a get is to do if there is nothing. */
  private record Miss<K, V>(
      long start, @Nullable Loads<K, V> loads, @Nullable NearsideAsyncLoader<K, V> loader) {}

  private void found(Call<@Nullable V> call, K key, Outcome<V> outcome, Miss<K, V> miss) {
    StoredEntry<V> entry = parts.degraded().entry(outcome);
    NearsideAsyncLoader<K, V> loader = miss.loader;
    if (entry != null && !reading.renews()) {
      call.answer(() -> reading.hit(key, entry, miss.start));
    } else if (entry == null && miss.loads == null) {
      call.answer(() -> cache.tell(() -> reading.found(key, null, miss.start, null)));
    } else if (entry == null && loader != null && asyncLoads.mayLoad(null)) {
      call.step(
          node.tasks(),
          () -> {
            if (!call.isDone()) {
              asyncLoads.load(call, key, parts.store().reserve(key), loader, miss.start);
            }
          });
    } else {
      call.run(() -> cache.tell(() -> reading.found(key, entry, miss.start, miss.loads)));
    }
  }

  private void found(Call<@Nullable V> call, K key, ReadOrReserved<V> read, Miss<K, V> miss) {
    Reservation reservation = read.reservation();
    NearsideAsyncLoader<K, V> loader = miss.loader;
    if (read.outcome() instanceof StoredEntry<V> entry && !reading.renews()) {
      call.answer(() -> reading.hit(key, entry, miss.start));
    } else if (loader != null
        && !(read.outcome() instanceof StoredEntry<V>)
        && asyncLoads.mayLoad(reservation)) {
      if (reading.entryOrRelease(key, read) == null) { // as it is, unless it throws
        call.step(node.tasks(), () -> asyncLoads.load(call, key, reservation, loader, miss.start));
      }
    } else {
      call.step(node.tasks(), () -> goOn(call, key, read, miss));
    }
  }

  private void goOn(Call<@Nullable V> call, K key, ReadOrReserved<V> read, Miss<K, V> miss) {
    Reservation reservation = read.reservation();
    if (!call.isDone()) {
      Loads<K, V> loads = Objects.requireNonNull(miss.loads);
      call.answer(() -> cache.tell(() -> reading.foundOrLoaded(key, read, miss.start, loads)));
    } else if (reservation != null) { // nobody wants it any more
      parts.store().release(key, reservation);
    }
  }
}
