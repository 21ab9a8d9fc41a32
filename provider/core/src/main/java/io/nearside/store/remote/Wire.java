package io.nearside.store.remote;

import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Lifetime.Terms;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.remote.Scripts.Moving;
import io.nearside.store.remote.Scripts.RoomCall;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of scripts as bytes, big endian; the scripts say what is where. */
final class Wire {
  static final byte[] NOTHING = {};

  /** A deadline that is never over. */
  static final long NO_DEADLINE = (1L << 53) - 1;

  static final int DEADLINE_LENGTH = 7;

  static final int IDENTITY_LENGTH = 15;
  private static final int FRAME_LENGTH = 2 + 3 * 6;
  private static final int NAMING_FRAME_LENGTH = FRAME_LENGTH + IDENTITY_LENGTH + 8;
  private static final int OWN_LIFE = 1;
  private static final int TELLS_PRIOR = 2;
  private static final long KEEP = (1L << 48) - 2;
  private static final long ETERNAL = (1L << 48) - 1;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private Wire() {}

  /**
   * What every script gets first; its first seven bytes are the deadline.
   *
   * @param graceMillis how long an entry stays when its time is over
   */
  static byte[] context(Channels channels, boolean clustered, long graceMillis) {
    byte[] channel = bytes(channels.announcements(clustered));
    byte[] events = bytes(channels.events() == null ? "" : channels.events());
    ByteBuffer bytes =
        ByteBuffer.allocate(DEADLINE_LENGTH + 8 + 6 + 2 + channel.length + events.length)
            .put(new byte[DEADLINE_LENGTH])
            .putLong(channels.origin());
    sixBytes(bytes, graceMillis);
    return bytes.putShort((short) channel.length).put(channel).put(events).array();
  }

  static byte[] withDeadline(byte[] context, long micros) {
    byte[] copy = context.clone();
    sevenBytes(ByteBuffer.wrap(copy), micros);
    return copy;
  }

  static byte[] frame(ChangeRequest request) {
    Terms terms = request.terms();
    boolean names = request.identity() != null || request.turn() != 0;
    ByteBuffer frame = ByteBuffer.allocate(names ? NAMING_FRAME_LENGTH : FRAME_LENGTH);
    frame.put((byte) condition(request.condition())).put((byte) flags(request));
    sixBytes(frame, terms == null ? 0 : life(terms.creationNanos()));
    sixBytes(frame, terms == null ? 0 : updateLife(terms.updateNanos()));
    sixBytes(frame, terms == null ? 0 : life(terms.maximumLifeNanos()));
    if (names) {
      identity(frame, request.identity());
      frame.putLong(request.turn());
    }
    return frame.array();
  }

  static byte[] client(ChangeRequest request) {
    byte[] client = request.client();
    return client == null ? NOTHING : client;
  }

  static byte[] identity(Identity identity) {
    ByteBuffer bytes = ByteBuffer.allocate(IDENTITY_LENGTH);
    identity(bytes, identity);
    return bytes.array();
  }

  static byte[] renewal(Identity identity, long expiresAt, Moving moving) {
    ByteBuffer bytes = ByteBuffer.allocate(IDENTITY_LENGTH + 7);
    identity(bytes, identity);
    sixBytes(bytes, expiresAt);
    return bytes.put((byte) (moving == Moving.LATER_ONLY ? 1 : 0)).array();
  }

  static byte[] revival(Revival revival) {
    ByteBuffer bytes = ByteBuffer.allocate(IDENTITY_LENGTH + 8 + 7 + 7 + 1 + 6 + 6);
    identity(bytes, revival.identity());
    bytes.putLong(revival.leased().token());
    sevenBytes(bytes, revival.leased().generation());
    sevenBytes(bytes, revival.leased().asOf());
    bytes.put((byte) (revival.terms().ownLife() ? OWN_LIFE : 0));
    sixBytes(bytes, updateLife(revival.terms().updateNanos()));
    sixBytes(bytes, life(revival.terms().maximumLifeNanos()));
    return bytes.array();
  }

  static byte[] expiry(Identity identity, Returning returning) {
    ByteBuffer bytes = ByteBuffer.allocate(IDENTITY_LENGTH + 1);
    identity(bytes, identity);
    return bytes.put((byte) (returning == Returning.ENTRY ? 1 : 0)).array();
  }

  /**
   * A life in milliseconds and a token.
   *
   * @param fenced whether what is found is only told where changes are accepted
   * @param expired whether what has expired is asked for
   * @param number of the load
   */
  static byte[] lease(long millis, long token, boolean fenced, boolean expired, int number) {
    ByteBuffer bytes = ByteBuffer.allocate(6 + 8 + 1 + 4);
    sixBytes(bytes, millis);
    int asked = (fenced ? 1 : 0) + (expired ? 2 : 0);
    return bytes.putLong(token).put((byte) asked).putInt(number).array();
  }

  /** The life of a lease in milliseconds, and who held it. */
  static byte[] holder(long millis, long token, int number) {
    ByteBuffer bytes = ByteBuffer.allocate(6 + 8 + 4);
    sixBytes(bytes, millis);
    return bytes.putLong(token).putInt(number).array();
  }

  /** Likewise, and what is to be replaced. */
  static byte[] leaseAnew(long millis, long token, int number, Identity replaced) {
    ByteBuffer bytes = ByteBuffer.allocate(6 + 8 + 4 + IDENTITY_LENGTH);
    bytes.put(holder(millis, token, number));
    identity(bytes, replaced);
    return bytes.array();
  }

  /** A token and a life in milliseconds. */
  static byte[] turn(long token, long millis) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + 6).putLong(token);
    sixBytes(bytes, millis);
    return bytes.array();
  }

  /** What a node says of its loads. */
  static byte[] room(RoomCall call) {
    List<List<Long>> all = List.of(call.ended(), call.running(), call.wanted());
    int tokens = all.stream().mapToInt(List::size).sum();
    ByteBuffer bytes = ByteBuffer.allocate(4 + 6 + 1 + 3 * 2 + 8 * tokens).putInt(call.most());
    sixBytes(bytes, call.lifeMillis());
    bytes.put((byte) (call.asks() ? 1 : 0));
    all.forEach(some -> bytes.putShort((short) some.size()));
    all.forEach(some -> some.forEach(bytes::putLong));
    return bytes.array();
  }

  /** Each of at most some hundred bytes. */
  static byte[] tags(Collection<String> tags) {
    List<byte[]> texts = tags.stream().map(Wire::bytes).toList();
    int length = texts.stream().mapToInt(text -> 2 + text.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(2 + length).putShort((short) texts.size());
    texts.forEach(text -> bytes.putShort((short) text.length).put(text));
    return bytes.array();
  }

  static byte[] token(long token) {
    return ByteBuffer.allocate(8).putLong(token).array();
  }

  static void sixBytes(ByteBuffer bytes, long value) {
    bytes.putShort((short) (value >>> 32)).putInt((int) value);
  }

  static void sevenBytes(ByteBuffer bytes, long value) {
    bytes.put((byte) (value >>> 48));
    sixBytes(bytes, value);
  }

  static int condition(Condition condition) {
    return switch (condition) {
      case NONE -> 0;
      case ABSENT -> 1;
      case PRESENT -> 2;
      case SAME -> 3;
    };
  }

  private static int flags(ChangeRequest request) {
    Terms terms = request.terms();
    return (terms != null && terms.ownLife() ? OWN_LIFE : 0)
        | (request.returning() == Returning.ENTRY ? TELLS_PRIOR : 0);
  }

  /** No identity is one of version 0, which nobody has. */
  static void identity(ByteBuffer bytes, @Nullable Identity identity) {
    sevenBytes(bytes, identity == null ? 0 : identity.version());
    bytes.putLong(identity == null ? 0 : identity.nonce());
  }

  private static long updateLife(long nanos) {
    return nanos == Terms.KEEP ? KEEP : life(nanos);
  }

  /**
   * Whole milliseconds, so that nothing outlives its policy; but what has a life has at least 1.
   */
  private static long life(long nanos) {
    if (nanos == Terms.ETERNAL) {
      return ETERNAL;
    }
    return nanos <= 0 ? 0 : Math.max(1, nanos / NANOS_PER_MILLI);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
