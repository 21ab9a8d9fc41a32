package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.codec.Envelope;
import io.nearside.codec.EnvelopeContent;
import io.nearside.codec.Head;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Clock;
import io.nearside.store.Lifetime.Terms;
import io.nearside.store.VersionedEntry.Identity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.redisson.api.RBucket;
import org.redisson.client.codec.ByteArrayCodec;

/** What the tests of scripts share: a server, keys, requests, and looks at what is stored. */
abstract class ScriptTest {
  static final String TAG = "{ns:orders:v1#7}";
  static final String TAIL = "s:key";
  static final EntryKeys KEYS = EntryKeys.of(TAG, TAIL);
  static final Scripts.Claim CLAIM = new Scripts.Claim(KEYS, 1);
  static final Terms FOR_EVER = new Terms(Terms.ETERNAL, Terms.ETERNAL, Terms.ETERNAL, false);
  static final long MILLI = 1_000_000;
  static final long HOUR = 3_600_000;
  static final long LEASE = 5_000;

  final org.redisson.api.RedissonClient client = ScriptServer.single().client();
  final ScriptConnection connection = new ScriptConnection(client, false);
  final Scripts scripts = new Scripts(connection, Clock.system(), Channels.NONE);
  private long nonces = 1;

  @BeforeEach
  void empty() {
    client.getKeys().flushall();
  }

  /** A life in milliseconds for creation and update. */
  static Terms life(long millis) {
    return new Terms(millis * MILLI, millis * MILLI, Terms.ETERNAL, false);
  }

  byte[] client(String value) {
    return client(TAIL, value);
  }

  byte[] client(String key, String value) {
    return Envelope.client(
        new EnvelopeContent(
            nonces++,
            9,
            EnvelopeContent.Packing.NONE,
            0,
            key,
            EnvelopeContent.KeyPlace.REDIS_KEY,
            List.of(),
            value.getBytes(StandardCharsets.UTF_8)));
  }

  ChangeRequest storing(Condition condition, @Nullable Identity identity, Terms terms) {
    return ChangeRequest.store(condition, identity, client("new"), terms, Returning.ENTRY);
  }

  static ChangeRequest removing(Condition condition, @Nullable Identity identity) {
    return ChangeRequest.remove(condition, identity, Returning.ENTRY);
  }

  ChangeReply put(String value, Terms terms) {
    ChangeReply reply =
        scripts.change(
            KEYS,
            ChangeRequest.store(Condition.NONE, null, client(value), terms, Returning.PRESENCE));
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    return reply;
  }

  RBucket<byte[]> bucket(String key) {
    return client.getBucket(key, ByteArrayCodec.INSTANCE);
  }

  byte @Nullable [] raw() {
    return bucket(KEYS.entry()).get();
  }

  Envelope.View entry() {
    return view(Objects.requireNonNull(raw()));
  }

  static Envelope.View view(byte @Nullable [] raw) {
    assertThat(raw).isNotNull();
    Envelope.Parsed parsed = Envelope.parse(raw, TAIL);
    assertThat(parsed).isInstanceOf(Envelope.View.class);
    return (Envelope.View) parsed;
  }

  static String value(byte @Nullable [] raw) {
    Envelope.View view = view(raw);
    return new String(
        view.raw(), view.payloadOffset(), view.payloadLength(), StandardCharsets.UTF_8);
  }

  static Identity identity(Envelope.View view) {
    return new Identity(view.version(), view.nonce());
  }

  Head head() {
    return Objects.requireNonNull(Head.parse(bucket(KEYS.head()).get()));
  }

  void head(Head head) {
    ByteBuffer raw = ByteBuffer.allocate(Head.LENGTH).put((byte) 1);
    Wire.sevenBytes(raw, head.generation());
    Wire.sevenBytes(raw, head.clock());
    Wire.sevenBytes(raw, head.floor());
    Wire.sevenBytes(raw, head.fence());
    bucket(KEYS.head()).set(raw.array());
  }

  /** Lets the entry's life have ended a second ago; the grace goes on. */
  Envelope.View expireEntry() {
    Envelope.View entry = entry();
    byte[] raw = entry.raw().clone();
    rewrite(raw, entry.asOf(), now() - 1000);
    bucket(KEYS.entry()).set(raw);
    assertThat(entry().expiresAt()).isLessThan(now());
    return entry();
  }

  /** Gives the server's part another asOf and expiry, and the check that belongs to them. */
  static void rewrite(byte[] raw, long asOf, long expiresAt) {
    ByteBuffer bytes = ByteBuffer.wrap(raw);
    Wire.sevenBytes(bytes.position(18), asOf);
    Wire.sixBytes(bytes.position(25), expiresAt);
    long m = 32_749;
    ByteBuffer read = ByteBuffer.wrap(raw).position(4);
    long sum = Replies.sevenBytes(read) % m;
    sum += 3 * (Replies.sevenBytes(read) % m);
    sum += 5 * (Replies.sevenBytes(read) % m);
    sum += 7 * (Replies.sixBytes(read) % m);
    sum += 11 * (Replies.sixBytes(read) % m);
    sum += 13 * (Replies.sixBytes(read) % m);
    sum += 17 * raw[3];
    bytes.putShort(43, (short) (sum % m));
  }

  /** By the server, in milliseconds. */
  long now() {
    return connection.serverMicros() / 1000;
  }

  TreeSet<String> keys() {
    TreeSet<String> keys = new TreeSet<>();
    client.getKeys().getKeys().forEach(keys::add);
    return keys;
  }

  long timeToLive(String key) {
    return bucket(key).remainTimeToLive();
  }

  /** Runs something whose scripts all come too late. */
  <T> T late(java.util.function.Supplier<T> call) {
    put("known", FOR_EVER);
    List<String> before = dump();
    connection.timeoutNanos(-1_000_000_000L);
    try {
      return call.get();
    } finally {
      connection.timeoutNanos(10_000_000_000L);
      assertThat(dump()).as("nothing has changed").isEqualTo(before);
    }
  }

  /** All keys and their values, in Redis's own form. */
  List<String> dump() {
    List<String> dump = new ArrayList<>();
    for (String key : keys()) {
      dump.add(key + "=" + java.util.Arrays.toString(bucket(key).dump()));
    }
    return dump;
  }
}
