package io.nearside.store.remote;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import javax.cache.CacheException;

/**
 * Divides what concerns many keys into calls: no more than 500 keys or a few MiB each, since Redis
 * does nothing else meanwhile, and in a cluster of one partition each; and puts the replies into
 * the order that was asked in.
 *
 * @param <T> what concerns one key
 */
final class Batches<T> {
  static final int MAXIMUM_KEYS = 500;
  private static final int MAXIMUM_BYTES = 4 << 20;

  private final List<List<T>> batches = new ArrayList<>();
  private final List<List<Integer>> places = new ArrayList<>();
  private final int size;

  Batches(List<T> items, Function<T, String> partition, ToIntFunction<T> bytes) {
    size = items.size();
    Map<String, Integer> open = new HashMap<>();
    Map<Integer, Integer> sizes = new HashMap<>();
    for (int i = 0; i < items.size(); i++) {
      T item = items.get(i);
      int length = bytes.applyAsInt(item);
      String group = partition.apply(item);
      Integer batch = open.get(group);
      if (batch == null || isFull(batch, sizes.getOrDefault(batch, 0) + length)) {
        batch = batches.size();
        batches.add(new ArrayList<>());
        places.add(new ArrayList<>());
        open.put(group, batch);
      }
      batches.get(batch).add(item);
      places.get(batch).add(i);
      sizes.merge(batch, length, Integer::sum);
    }
  }

  private boolean isFull(int batch, int bytes) {
    return batches.get(batch).size() >= MAXIMUM_KEYS || bytes > MAXIMUM_BYTES;
  }

  /** Sends all, waits, and reads a reply for each item. */
  <R> List<Attempt<R>> run(
      Function<List<T>, CompletableFuture<ByteBuffer>> send, Reader<R> reader) {
    return runReplicated(
        batch -> new Replicated<>(send.apply(batch), new CompletableFuture<>()), reader);
  }

  /** The same for calls that ask replicas; the reader hears what they said. */
  <R> List<Attempt<R>> runReplicated(
      Function<List<T>, Replicated<ByteBuffer>> send, Reader<R> reader) {
    return attempts(batches.stream().map(send).toList(), reader);
  }

  /** As {@link #run}, without waiting. */
  <R> CompletableFuture<List<Attempt<R>>> runAsync(
      Function<List<T>, CompletableFuture<ByteBuffer>> send, Reader<R> reader) {
    List<CompletableFuture<ByteBuffer>> replies = batches.stream().map(send).toList();
    return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
        .handle((all, failure) ->
            attempts(
                replies.stream()
                    .map(reply -> new Replicated<>(reply, new CompletableFuture<>()))
                    .toList(),
                reader));
  }

  private <R> List<Attempt<R>> attempts(List<Replicated<ByteBuffer>> sent, Reader<R> reader) {
    List<Attempt<R>> attempts =
        new ArrayList<>(Collections.nCopies(size, new Attempt<>(null, null)));
    for (int i = 0; i < sent.size(); i++) {
      List<Attempt<R>> some = attempts(sent.get(i), batches.get(i).size(), reader);
      for (int j = 0; j < some.size(); j++) {
        attempts.set(places.get(i).get(j), some.get(j));
      }
    }
    return attempts;
  }

  private static <R> List<Attempt<R>> attempts(
      Replicated<ByteBuffer> call, int count, Reader<R> reader) {
    try {
      ByteBuffer reply = ScriptCalls.join(call.reply());
      ScriptStatus status = Replies.status(reply);
      reply.position(ScriptStatus.HEADER);
      if (status != ScriptStatus.DONE) {
        return Collections.nCopies(count, new Attempt<>(reader.none(status), null));
      }
      List<Attempt<R>> some = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        some.add(new Attempt<>(reader.replicated(reader.next(reply), call.replication()), null));
      }
      return some;
    } catch (CacheException e) { // the other batches have replies of their own
      return Collections.nCopies(count, new Attempt<>(null, e));
    }
  }

  /** Reads the reply of one item. */
  interface Reader<R> {
    R next(ByteBuffer reply);

    /** With what replicas have said, waiting for it if that matters; here it does not. */
    default R replicated(R reply, CompletableFuture<Replication> replication) {
      return reply;
    }

    /** Of a call that did nothing. */
    R none(ScriptStatus status);
  }

  /** The distinct partitions of a batch, in order; with the index of each from 1. */
  static <T> Map<String, Integer> heads(List<T> batch, Function<T, String> head) {
    Map<String, Integer> heads = new LinkedHashMap<>();
    for (T item : batch) {
      heads.putIfAbsent(head.apply(item), heads.size() + 1);
    }
    return heads;
  }
}
