package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Seeds;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Bytes that anybody may have written are never taken for a value that nobody wrote. */
class EnvelopeFuzzTest {
  private static final int ROUNDS =
      Integer.getInteger("fuzz.count", Boolean.getBoolean("test.stress") ? 1_000_000 : 100_000);

  private final RandomGenerator random = Seeds.random(Seeds.seed("EnvelopeFuzzTest"));
  private int refused;

  @Test
  void mutatedAndRandomBytesAreRefusedOrHarmless() {
    for (int i = 0; i < ROUNDS; i++) {
      if (i % 10 == 0) {
        garbage();
      } else {
        mutation();
      }
    }
    assertThat(refused).as("most are refused").isGreaterThan(ROUNDS * 9 / 10);
  }

  private void garbage() {
    byte[] raw = new byte[random.nextInt(200)];
    random.nextBytes(raw);
    if (raw.length > 2 && random.nextBoolean()) {
      raw[0] = (byte) 0xCE;
      raw[1] = 0x4E;
      raw[2] = 1;
    }
    Envelope.key(raw);
    Head.parse(raw);
    assertThat(Envelope.parse(raw, "k")).isInstanceOf(Envelope.Unreadable.class);
    refused++;
  }

  private void mutation() {
    String key = "s:" + "k".repeat(random.nextInt(20)) + random.nextInt(100);
    EnvelopeContent content = content(key);
    byte[] raw = EnvelopeTest.whole(content, random.nextLong(1L << 53));
    byte[] mutated = mutated(raw);
    Envelope.key(mutated);
    Head.parse(Arrays.copyOf(mutated, Head.LENGTH));
    if (Arrays.equals(raw, mutated)) {
      return;
    }
    if (Envelope.parse(mutated, key) instanceof Envelope.View view) {
      assertThat(view.nonce()).isEqualTo(content.nonce());
      assertThat(view.codec()).isEqualTo(content.codec());
      assertThat(view.compression()).isEqualTo(content.compression());
      assertThat(view.tags()).isEqualTo(content.tags());
      assertThat(EnvelopeTest.payload(view)).isEqualTo(content.payload());
    } else {
      refused++;
    }
  }

  private EnvelopeContent content(String key) {
    byte[] payload = new byte[random.nextInt(300)];
    random.nextBytes(payload);
    return new EnvelopeContent(
        random.nextLong(),
        1 + random.nextInt(127),
        EnvelopeContent.Packing.values()[random.nextInt(4)],
        random.nextInt(10_000),
        key,
        EnvelopeContent.KeyPlace.values()[random.nextInt(2)],
        random.nextInt(4) == 0 ? List.of("t" + random.nextInt(), "") : List.of(),
        payload);
  }

  private byte[] mutated(byte[] raw) {
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(raw, random.nextInt(raw.length));
      case 1 -> Arrays.copyOf(raw, raw.length + 1 + random.nextInt(50));
      case 2 -> {
        byte[] changed = raw.clone();
        int from = random.nextInt(raw.length);
        int to = from + random.nextInt(raw.length - from + 1);
        random.nextBytes(changed); // then all but a part as it was
        System.arraycopy(raw, 0, changed, 0, from);
        System.arraycopy(raw, to, changed, to, raw.length - to);
        yield changed;
      }
      case 3 -> length(raw);
      case 4 -> { // a part is missing
        int from = random.nextInt(raw.length);
        int to = from + random.nextInt(raw.length - from + 1);
        byte[] changed = Arrays.copyOf(raw, raw.length - (to - from));
        System.arraycopy(raw, to, changed, from, raw.length - to);
        yield changed;
      }
      default -> {
        byte[] changed = raw.clone();
        changed[random.nextInt(raw.length)] ^= (byte) (1 << random.nextInt(8));
        yield changed;
      }
    };
  }

  /** Claims a length that is far too big, or below 0, where lengths may be. */
  private byte[] length(byte[] raw) {
    byte[] changed = raw.clone();
    changed[EnvelopeLayout.FLAGS] |= (byte) (random.nextBoolean() ? 4 : 8);
    if (raw.length >= EnvelopeLayout.BODY + 4) {
      ByteBuffer.wrap(changed).putInt(EnvelopeLayout.BODY, random.nextInt());
    }
    return changed;
  }
}
