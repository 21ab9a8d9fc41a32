package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nearside.codec.Envelope.Reason;
import io.nearside.codec.Envelope.Unreadable;
import io.nearside.codec.EnvelopeContent.KeyPlace;
import io.nearside.codec.EnvelopeContent.Packing;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  private static final long VERSION = 1_800_000_000_123_456L;

  @Test
  void givesBackWhatWentIn() {
    for (KeyPlace place : KeyPlace.values()) {
      for (Packing packing : Packing.values()) {
        for (List<String> tags : List.of(List.<String>of(), List.of("a", "ü", ""))) {
          EnvelopeContent content =
              new EnvelopeContent(-5, 127, packing, 4_000_000_000L, "kéy", place, tags, bytes(7));
          Envelope.View view = (Envelope.View) Envelope.parse(whole(content, VERSION), "kéy");
          assertThat(view.version()).isEqualTo(VERSION);
          assertThat(view.generation()).isEqualTo(VERSION - 1);
          assertThat(view.asOf()).isEqualTo(VERSION - 2);
          assertThat(view.expiresAt()).isEqualTo(3);
          assertThat(view.createdAt()).isEqualTo(2);
          assertThat(view.told()).isTrue();
          assertThat(view.spoilt()).isFalse();
          assertThat(view.ownLife()).isTrue();
          assertThat(view.nonce()).isEqualTo(-5);
          assertThat(view.codec()).isEqualTo(127);
          assertThat(view.compression()).isEqualTo(packing);
          assertThat(view.loadMillis()).isEqualTo(4_000_000_000L);
          assertThat(view.tags()).isEqualTo(tags);
          assertThat(payload(view)).isEqualTo(bytes(7));
        }
      }
    }
  }

  private static EnvelopeContent known(List<String> tags, String validator) {
    return new EnvelopeContent(
        1, 2, Packing.NONE, 3, "k", KeyPlace.REDIS_KEY, tags, validator, bytes(10));
  }

  @Test
  void carriesWhatTheSourceKnowsTheValueBy() {
    for (List<String> tags : List.of(List.<String>of(), List.of("a", "b"))) {
      for (String validator : List.of("W/\"é\"", "", "\0v", "x".repeat(1024))) {
        byte[] raw = whole(known(tags, validator), VERSION);
        Envelope.View view = (Envelope.View) Envelope.parse(raw, "k");
        assertThat(view.validator()).isEqualTo(validator);
        assertThat(view.tags()).isEqualTo(tags);
        assertThat(payload(view)).isEqualTo(bytes(10));
      }
    }
    byte[] raw = whole(content(KeyPlace.REDIS_KEY), VERSION);
    assertThat(((Envelope.View) Envelope.parse(raw, "k")).validator()).isNull();
  }

  /** By bytes, since releases before there were validators read them as well. */
  @Test
  void aValidatorIsATagToThoseWhoKnowNoValidators() {
    byte[] raw = whole(known(List.of("t"), "e"), VERSION);
    assertThat(raw[53]).as("flags: tags").isEqualTo((byte) 8);
    assertThat(Arrays.copyOfRange(raw, 63, 73))
        .isEqualTo(new byte[] {0, 2, 0, 1, 't', 0, 3, 0, 'v', 'e'});
    assertThat(Arrays.copyOfRange(raw, 73, raw.length)).isEqualTo(bytes(10));
  }

  @Test
  void noTagTakesTheFormOfAValidator() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envelope.client(known(List.of("\0v"), "e")))
        .withMessage("a tag must not begin with U+0000");
  }

  @Test
  void costs63BytesWithoutTags() {
    assertThat(whole(content(KeyPlace.REDIS_KEY), VERSION)).hasSize(63 + 10);
  }

  @Test
  void tellsTheKeyThatItCarries() {
    assertThat(Envelope.key(whole(content(KeyPlace.ENVELOPE), VERSION))).isEqualTo("k");
    assertThat(Envelope.key(whole(content(KeyPlace.REDIS_KEY), VERSION))).isNull();
  }

  @Test
  void saysWhyItCanNotBeRead() {
    byte[] raw = whole(content(KeyPlace.ENVELOPE), VERSION);
    assertThat(reason(new byte[0], "k")).isEqualTo(Reason.FOREIGN);
    assertThat(reason(new byte[] {(byte) 0xCE}, "k")).isEqualTo(Reason.FOREIGN);
    assertThat(reason("hello".getBytes(), "k")).isEqualTo(Reason.FOREIGN);
    assertThat(reason(Arrays.copyOf(raw, 2), "k")).isEqualTo(Reason.TRUNCATED);
    assertThat(reason(Arrays.copyOf(raw, 62), "k")).isEqualTo(Reason.TRUNCATED);
    assertThat(reason(Arrays.copyOf(raw, 66), "k")).isEqualTo(Reason.TRUNCATED);
    assertThat(reason(Arrays.copyOf(raw, raw.length - 1), "k")).isEqualTo(Reason.CORRUPT);
    assertThat(reason(raw, "other")).isEqualTo(Reason.WRONG_KEY);
    assertThat(reason(whole(content(KeyPlace.REDIS_KEY), VERSION), "other"))
        .isEqualTo(Reason.CORRUPT);
    assertThat(reason(with(raw, 2, 2), "k")).isEqualTo(Reason.FUTURE);
    assertThat(reason(with(raw, 53, 0x14), "k")).isEqualTo(Reason.FUTURE);
    assertThat(reason(flagged(raw, 0x80), "k")).isEqualTo(Reason.FUTURE);
    assertThat(reason(with(raw, 10, raw[10] + 1), "k")).isEqualTo(Reason.CORRUPT);
    assertThat(reason(with(raw, raw.length - 1, 77), "k")).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void aClaimedLengthIsNotBelieved() {
    byte[] raw = whole(content(KeyPlace.ENVELOPE), VERSION);
    ByteBuffer.wrap(raw).putInt(63, Integer.MAX_VALUE);
    assertThat(reason(raw, "k")).isEqualTo(Reason.TRUNCATED);
    assertThat(Envelope.key(raw)).isNull();
    ByteBuffer.wrap(raw).putInt(63, -1);
    assertThat(reason(raw, "k")).isEqualTo(Reason.TRUNCATED);
    assertThat(Envelope.key(raw)).isNull();
  }

  @Test
  void countsOnlyUnderItsHeadAndBeforeItsExpiry() {
    Envelope.View view =
        (Envelope.View) Envelope.parse(whole(content(KeyPlace.REDIS_KEY), VERSION), "k");
    long generation = view.generation();
    Head head = new Head(generation, VERSION, view.asOf() - 1, 0);
    assertThat(view.isLive(head, 2)).isTrue();
    assertThat(view.isLive(head, 3)).isFalse();
    assertThat(view.isCurrent(head)).isTrue();
    assertThat(view.isLive(null, 2)).isFalse();
    assertThat(view.isLive(new Head(generation - 1, VERSION, 0, 0), 2)).isFalse();
    assertThat(view.isLive(new Head(generation, VERSION, view.asOf(), 0), 2)).isFalse();
  }

  @Test
  void aHeadIsReadOnlyIfItCanBeOne() {
    ByteBuffer raw = ByteBuffer.allocate(Head.LENGTH).put((byte) 1);
    for (long field : new long[] {4, 5, 3, 2}) {
      raw.put(new byte[3]).putInt((int) field);
    }
    assertThat(Head.parse(raw.array())).isEqualTo(new Head(4, 5, 3, 2));
    assertThat(Head.parse(null)).isNull();
    assertThat(Head.parse(Arrays.copyOf(raw.array(), 28))).isNull();
    assertThat(Head.parse(Arrays.copyOf(raw.array(), 30))).isNull();
    assertThat(Head.parse(with(raw.array(), 0, 2))).isNull();
    assertThat(Head.parse(with(raw.array(), 7, 6))).as("generation after clock").isNull();
    assertThat(Head.parse(with(raw.array(), 8, 0x40))).as("clock over 53 bits").isNull();
  }

  private static EnvelopeContent content(KeyPlace place) {
    return new EnvelopeContent(1, 2, Packing.NONE, 3, "k", place, List.of(), bytes(10));
  }

  private static Reason reason(byte[] raw, String key) {
    return ((Unreadable) Envelope.parse(raw, key)).reason();
  }

  @Test
  void isMarkedAboveAHeatOfTen() {
    byte[] raw = whole(content(KeyPlace.REDIS_KEY), VERSION);
    assertThat(hot(flagged(raw, 1))).isFalse();
    assertThat(hot(flagged(raw, 2 * 10 + 1))).isFalse();
    assertThat(hot(flagged(raw, 2 * 11))).isTrue();
    assertThat(hot(flagged(raw, 2 * 60 + 1))).isTrue();
  }

  private static boolean hot(byte[] raw) {
    return ((Envelope.View) Envelope.parse(raw, "k")).hot();
  }

  /** With other flags of the server's, and the check that belongs to them. */
  private static byte[] flagged(byte[] raw, int flags) {
    byte[] changed = with(raw, 3, flags);
    ByteBuffer bytes = ByteBuffer.wrap(changed);
    int sum = (bytes.getShort(43) & 0xFFFF) + 17 * (flags - raw[3]) + 32_749;
    return bytes.putShort(43, (short) (sum % 32_749)).array();
  }

  private static byte[] with(byte[] raw, int place, int value) {
    byte[] changed = raw.clone();
    changed[place] = (byte) value;
    return changed;
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) length);
    return bytes;
  }

  static byte[] payload(Envelope.View view) {
    int start = view.payloadOffset();
    return Arrays.copyOfRange(view.raw(), start, start + view.payloadLength());
  }

  /** With a server's part as a script would write it. */
  static byte[] whole(EnvelopeContent content, long version) {
    byte[] client = Envelope.client(content);
    ByteBuffer raw = ByteBuffer.allocate(45 + client.length).put((byte) 0xCE).put((byte) 0x4E);
    raw.put((byte) 1).put((byte) 1);
    long[] versions = {version, Math.max(version - 1, 0), Math.max(version - 2, 0)};
    long[] times = {3, 2, 1};
    long sum = 17;
    int[] weights = {1, 3, 5, 7, 11, 13};
    for (int i = 0; i < 3; i++) {
      raw.put((byte) (versions[i] >>> 48)).putShort((short) (versions[i] >>> 32));
      raw.putInt((int) versions[i]);
      sum += weights[i] * (versions[i] % 32_749);
    }
    for (int i = 0; i < 3; i++) {
      raw.putShort((short) 0).putInt((int) times[i]);
      sum += weights[i + 3] * times[i];
    }
    return raw.putShort((short) (sum % 32_749)).put(client).array();
  }
}
