package io.nearside.store.remote;

import io.nearside.store.Change.Condition;
import io.nearside.store.WriteJournal.Fate;
import io.nearside.store.remote.Scripts.KeyedChange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Typed calls of the scripts for caches whose source hears of changes later; as {@link Scripts}.
 * What is told of partitions is told in the order given.
 */
final class QueueScripts {
  /** The longest text of a failure that is kept. */
  private static final int LONGEST_FAILURE = 1_000;

  private final ScriptCalls calls;
  private final Layout layout;
  private volatile QueueSettings limits;

  QueueScripts(ScriptCalls calls, Layout layout, QueueSettings limits) {
    this.calls = calls;
    this.layout = layout;
    this.limits = limits;
  }

  /** Of what is added from now on. */
  void limit(QueueSettings next) {
    limits = next;
  }

  /** A change, and the canonical text of its key. */
  record QueuedChange(RemoteKey key, ChangeRequest request) {}

  /** As {@link Scripts#change}, with the write; {@code QUEUE_FULL}: nothing was changed. */
  ChangeReply change(RemoteKey key, ChangeRequest request) {
    EntryKeys own = key.keys();
    List<String> names = new ArrayList<>(List.of(own.head(), own.entry(), own.lease()));
    if (request.condition() == Condition.SAME) {
      names.add(own.turns());
    }
    addQueue(names, key.partition());
    List<byte[]> arguments =
        List.of(
            Wire.frame(request),
            Wire.client(request),
            terms(1, List.of(new QueuedChange(key, request))));
    return limits.byReplica()
        ? changeReplicated(names, arguments)
        : read(calls.call(Script.CHANGE_AND_QUEUE, names, arguments.toArray(byte[][]::new)));
  }

  private ChangeReply changeReplicated(List<String> names, List<byte[]> arguments) {
    for (boolean again = true; ; again = false) {
      Replicated<ByteBuffer> call = calls.callReplicated(Script.CHANGE_AND_QUEUE, names, arguments);
      ChangeReply reply = read(calls.reply(call));
      if (reply.status() != ScriptStatus.LATE || !again) {
        return REPLICATED.replicated(reply, call.replication());
      }
    }
  }

  private static ChangeReply read(ByteBuffer reply) {
    ScriptStatus status = Replies.status(reply);
    reply.position(ScriptStatus.HEADER);
    return status == ScriptStatus.DONE ? Scripts.CHANGES.next(reply) : Scripts.CHANGES.none(status);
  }

  /** As {@link #change} for each, but that turns do not count. */
  List<Attempt<ChangeReply>> changeAll(List<QueuedChange> changes) {
    Batches<QueuedChange> batches =
        batches(changes, change -> change.key.head(), change -> Wire.client(change.request).length);
    return limits.byReplica()
        ? batches.runReplicated(batch -> sendChanges(batch, calls::callReplicated), REPLICATED)
        : batches.run(batch -> sendChanges(batch, calls::callAsync), Scripts.CHANGES);
  }

  private interface Sending<R> {
    R send(Script script, List<String> keys, List<byte[]> arguments);
  }

  private <R> R sendChanges(List<QueuedChange> batch, Sending<R> sending) {
    Map<String, Integer> heads = Batches.heads(batch, change -> change.key.head());
    List<String> keys = new ArrayList<>();
    List<byte[]> arguments = new ArrayList<>();
    Scripts.addChanges(
        batch.stream().map(change -> new KeyedChange(change.key.keys(), change.request)).toList(),
        heads,
        keys,
        arguments);
    Map<String, Integer> partitions = new HashMap<>();
    batch.forEach(change -> partitions.put(change.key.head(), change.key.partition()));
    heads.keySet().forEach(head -> addQueue(keys, partitions.getOrDefault(head, 0)));
    arguments.add(terms(heads.size(), batch));
    return sending.send(Script.CHANGE_ALL_AND_QUEUE, keys, arguments);
  }

  private void addQueue(List<String> keys, int partition) {
    keys.add(layout.writes(partition));
    keys.add(layout.writeOrder(partition));
  }

  private byte[] terms(int heads, List<QueuedChange> changes) {
    List<byte[]> texts = new ArrayList<>();
    int length = 0;
    for (QueuedChange change : changes) {
      byte[] text = isTold(change) ? bytes(change.key.canonical()) : Wire.NOTHING;
      texts.add(text);
      length += 2 + text.length;
    }
    ByteBuffer terms = ByteBuffer.allocate(2 + 4 + 6 + length);
    terms.putShort((short) heads).putInt(limits.mostWrites());
    Wire.sixBytes(terms, limits.longestMillis());
    texts.forEach(text -> terms.putShort((short) text.length).put(text));
    return terms.array();
  }

  /** A value's envelope has the text of a long key. */
  private static boolean isTold(QueuedChange change) {
    return change.key.address().isHashed() && change.request.client() == null;
  }

  /**
   * What a partition has told.
   *
   * @param status {@code QUEUED}: it is another node's turn
   * @param oldest since when the source is behind, ms since 1970 by Redis; 0: it is not
   */
  record Told(ScriptStatus status, int waiting, int all, long oldest, List<RawWrite> writes) {}

  /** How much is taken. */
  record Portion(long lifeMillis, long flushMillis, int most, int bytes) {
    /** Only prolongs turns, and counts. */
    static Portion nothing(long lifeMillis) {
      return new Portion(lifeMillis, 0, 0, 0);
    }
  }

  List<Attempt<Told>> take(List<Integer> partitions, long token, Portion portion) {
    ByteBuffer terms = ByteBuffer.allocate(8 + 6 + 6 + 2 + 4).putLong(token);
    Wire.sixBytes(terms, portion.lifeMillis);
    Wire.sixBytes(terms, portion.flushMillis);
    terms.putShort((short) portion.most).putInt(portion.bytes);
    return batches(partitions, layout::head, partition -> 0)
        .run(
            batch -> calls.callAsync(Script.TAKE_WRITES, turnKeys(batch), List.of(terms.array())),
            TOLD);
  }

  private List<String> turnKeys(List<Integer> partitions) {
    List<String> keys = new ArrayList<>(3 * partitions.size());
    for (int partition : partitions) {
      addQueue(keys, partition);
      keys.add(layout.writeTurn(partition));
    }
    return keys;
  }

  /** What became of one write that was taken. */
  record Settled(String field, long version, Fate fate) {}

  /** Those of one partition. */
  record SettledPart(int partition, List<Settled> writes) {
    /** How many of them the source has. */
    int written() {
      return (int) writes.stream().filter(one -> one.fate.kind() == Fate.Kind.WRITTEN).count();
    }
  }

  List<Attempt<ScriptStatus>> settle(List<SettledPart> parts, long token) {
    return batches(parts, part -> layout.head(part.partition), part -> 0)
        .run(batch -> sendSettled(batch, token), Scripts.STATUSES);
  }

  private CompletableFuture<ByteBuffer> sendSettled(List<SettledPart> batch, long token) {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(Wire.token(token));
    batch.forEach(part -> arguments.add(settled(part.writes)));
    List<Integer> partitions = batch.stream().map(SettledPart::partition).toList();
    return calls.callAsync(Script.SETTLE_WRITES, turnKeys(partitions), arguments);
  }

  private static byte[] settled(List<Settled> writes) {
    int length = 0;
    List<ByteBuffer> all = new ArrayList<>();
    for (Settled write : writes) {
      byte[] field = bytes(write.field);
      byte[] failure = bytes(write.fate.failure());
      byte[] kept = Arrays.copyOf(failure, Math.min(failure.length, LONGEST_FAILURE));
      ByteBuffer one = ByteBuffer.allocate(2 + field.length + 7 + 1 + 4 + 2 + kept.length);
      one.putShort((short) field.length).put(field);
      Wire.sevenBytes(one, write.version);
      one.put((byte) write.fate.kind().ordinal()).putInt((int) write.fate.pauseMillis());
      one.putShort((short) kept.length).put(kept);
      all.add(one.flip());
      length += one.limit();
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    all.forEach(bytes::put);
    return bytes.array();
  }

  /** The writes of keys that wait. */
  List<Attempt<RawWrite>> coming(List<RemoteKey> keys) {
    return batches(keys, RemoteKey::head, key -> 0).run(this::sendComing, COMING);
  }

  private CompletableFuture<ByteBuffer> sendComing(List<RemoteKey> batch) {
    List<String> names = batch.stream().map(key -> layout.writes(key.partition())).toList();
    List<byte[]> fields = batch.stream().map(key -> bytes(key.address().tail())).toList();
    return calls.callAsync(Script.COMING_WRITES, names, fields);
  }

  List<Attempt<List<RawWrite>>> parked(List<Integer> partitions) {
    return batches(partitions, layout::head, partition -> 0)
        .run(
            batch -> {
              List<String> keys = new ArrayList<>();
              batch.forEach(partition -> addQueue(keys, partition));
              return calls.callAsync(Script.PARKED_WRITES, keys, List.of());
            },
            PARKED);
  }

  /** Gives up a parked write, or has it tried again. */
  ScriptStatus unpark(RemoteKey key, boolean again) {
    byte[] tail = bytes(key.address().tail());
    byte[] asked =
        ByteBuffer.allocate(1 + tail.length).put((byte) (again ? 1 : 0)).put(tail).array();
    List<String> keys = new ArrayList<>();
    addQueue(keys, key.partition());
    return Replies.status(calls.call(Script.UNPARK_WRITE, keys, asked));
  }

  /** Asks whether Redis may throw the queue away. */
  Evictions evictions() {
    return new Evictions(calls, layout);
  }

  private <T> Batches<T> batches(
      List<T> items, Function<T, String> partition, ToIntFunction<T> bytes) {
    return new Batches<>(items, calls.clustered() ? partition : item -> "", bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<RawWrite> writes(ByteBuffer reply, int count) {
    List<RawWrite> writes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ByteBuffer one = reply.slice(reply.position() + 4, reply.getInt(reply.position()));
      reply.position(reply.position() + 4 + one.limit());
      byte[] field = new byte[one.getShort()];
      one.get(field);
      writes.add(RawWrite.parse(new String(field, StandardCharsets.UTF_8), one));
    }
    return writes;
  }

  /** What has changed nothing waits for no replica. */
  private static final Batches.Reader<ChangeReply> REPLICATED =
      new Batches.Reader<>() {
        @Override
        public ChangeReply next(ByteBuffer reply) {
          return Scripts.CHANGES.next(reply);
        }

        @Override
        public ChangeReply none(ScriptStatus status) {
          return Scripts.CHANGES.none(status);
        }

        @Override
        public ChangeReply replicated(
            ChangeReply reply, CompletableFuture<Replication> replication) {
          return reply.status() == ScriptStatus.DONE
              ? reply.replicated(Replication.await(replication))
              : reply;
        }
      };

  private static final Batches.Reader<Told> TOLD =
      new Batches.Reader<>() {
        @Override
        public Told next(ByteBuffer reply) {
          ScriptStatus status = Replies.status(reply);
          int waiting = reply.getInt();
          int all = reply.getInt();
          long oldest = Replies.sixBytes(reply);
          return new Told(status, waiting, all, oldest, writes(reply, reply.getShort()));
        }

        @Override
        public Told none(ScriptStatus status) {
          return new Told(status, 0, 0, 0, List.of());
        }
      };

  private static final Batches.Reader<RawWrite> COMING =
      new Batches.Reader<>() {
        @Override
        public RawWrite next(ByteBuffer reply) {
          ByteBuffer one = reply.slice(reply.position() + 4, reply.getInt(reply.position()));
          reply.position(reply.position() + 4 + one.limit());
          return one.hasRemaining() ? RawWrite.parse("", one) : RawWrite.NONE;
        }

        @Override
        public RawWrite none(ScriptStatus status) {
          return RawWrite.UNKNOWN;
        }
      };

  private static final Batches.Reader<List<RawWrite>> PARKED =
      new Batches.Reader<>() {
        @Override
        public List<RawWrite> next(ByteBuffer reply) {
          return writes(reply, reply.getInt());
        }

        @Override
        public List<RawWrite> none(ScriptStatus status) {
          return List.of(RawWrite.UNKNOWN);
        }
      };
}
