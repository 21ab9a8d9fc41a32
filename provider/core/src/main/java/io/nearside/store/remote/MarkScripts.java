package io.nearside.store.remote;

import io.nearside.store.Change.Returning;
import io.nearside.store.Marks.Company;
import io.nearside.store.Marks.Terms;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Typed calls of the scripts for marks; as {@link Scripts}, each tells of every key. */
final class MarkScripts {
  private static final int EACH = 2 + 8;

  private final ScriptCalls calls;

  MarkScripts(ScriptCalls calls) {
    this.calls = calls;
  }

  /**
   * A key, and who writes it.
   *
   * @param token random
   */
  record KeyedMark(EntryKeys keys, long token) {}

  /** A change whose source has been told; its condition is not {@code SAME}. */
  record KeyedStore(KeyedMark mark, ChangeRequest request) {}

  /**
   * What became of a wish to mark.
   *
   * @param status {@code NOT_MET}: the condition did not hold; {@code QUEUED}: others write
   * @param version greater than those of all changes before; 0 if it was not marked
   * @param prior the live envelope, if asked for
   */
  record MarkReply(ScriptStatus status, long version, byte @Nullable [] prior) {}

  /** Marks each key for so many milliseconds; in the order given. */
  List<Attempt<MarkReply>> mark(List<KeyedMark> marks, Terms terms, long lifeMillis) {
    return batches(marks, mark -> mark.keys.head(), mark -> 0)
        .run(batch -> sendMarks(batch, terms, lifeMillis), MARKS);
  }

  private CompletableFuture<ByteBuffer> sendMarks(
      List<KeyedMark> batch, Terms terms, long lifeMillis) {
    ByteBuffer start = ByteBuffer.allocate(6 + 1 + 1 + 1 + 2 + EACH * batch.size());
    Wire.sixBytes(start, lifeMillis);
    start.put((byte) (terms.company() == Company.BORNE ? 1 : 0));
    start.put((byte) Wire.condition(terms.condition()));
    start.put((byte) (terms.returning() == Returning.ENTRY ? 1 : 0));
    return calls.callAsync(Script.MARK, named(batch, start), List.of(start.array()));
  }

  /** Changes each key if its mark stands, else removes: {@code VOID}; in the order given. */
  List<Attempt<ChangeReply>> store(List<KeyedStore> stores) {
    return batches(
            stores, store -> store.mark.keys.head(), store -> Wire.client(store.request).length)
        .run(this::sendStores, Scripts.CHANGES);
  }

  private CompletableFuture<ByteBuffer> sendStores(List<KeyedStore> batch) {
    ByteBuffer places = ByteBuffer.allocate(2 + EACH * batch.size());
    List<String> keys = named(batch.stream().map(KeyedStore::mark).toList(), places);
    List<byte[]> arguments = new ArrayList<>(1 + 2 * batch.size());
    arguments.add(places.array());
    byte[] before = Wire.NOTHING;
    for (KeyedStore store : batch) {
      before = Scripts.addRequest(arguments, store.request, before);
    }
    return calls.callAsync(Script.STORE_MARKED, keys, arguments);
  }

  /** Ends each mark without a change; in the order given. */
  List<Attempt<ScriptStatus>> release(List<KeyedMark> marks) {
    return batches(marks, mark -> mark.keys.head(), mark -> 0)
        .run(this::sendReleases, Scripts.STATUSES);
  }

  private CompletableFuture<ByteBuffer> sendReleases(List<KeyedMark> batch) {
    ByteBuffer places = ByteBuffer.allocate(2 + EACH * batch.size());
    List<String> keys = named(batch, places);
    return calls.callAsync(Script.RELEASE_MARK, keys, List.of(places.array()));
  }

  /** The names of the keys; the places of their heads, and the tokens, go into the bytes. */
  private static List<String> named(List<KeyedMark> batch, ByteBuffer places) {
    Map<String, Integer> heads = Batches.heads(batch, mark -> mark.keys.head());
    List<String> keys = new ArrayList<>(heads.keySet());
    places.putShort((short) heads.size());
    for (KeyedMark mark : batch) {
      places.putShort(Scripts.place(heads, mark.keys.head())).putLong(mark.token);
      keys.add(mark.keys.entry());
      keys.add(mark.keys.lease());
    }
    return keys;
  }

  private <T> Batches<T> batches(
      List<T> items, Function<T, String> partition, ToIntFunction<T> bytes) {
    return new Batches<>(items, calls.clustered() ? partition : item -> "", bytes);
  }

  private static final Batches.Reader<MarkReply> MARKS =
      new Batches.Reader<>() {
        @Override
        public MarkReply next(ByteBuffer reply) {
          ScriptStatus status = Replies.status(reply);
          long version = Replies.sevenBytes(reply);
          byte[] prior = new byte[reply.getInt()];
          reply.get(prior);
          return new MarkReply(status, version, prior.length == 0 ? null : prior);
        }

        @Override
        public MarkReply none(ScriptStatus status) {
          return new MarkReply(status, 0, null);
        }
      };
}
