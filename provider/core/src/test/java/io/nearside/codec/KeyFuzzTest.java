package io.nearside.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys' texts that anybody may have written are unreadable, or the text of the key they name. */
class KeyFuzzTest {
  private static final int ROUNDS =
      Integer.getInteger("fuzz.count", Boolean.getBoolean("test.stress") ? 1_000_000 : 30_000);

  @Test
  void textsAreUnreadableOrCanonical() {
    KeyCodec codec = KeyCases.codec();
    List<byte[]> good =
        KeyCases.keys().stream().map(key -> codec.encode(key).getBytes(UTF_8)).toList();
    long seed = Seeds.seed("KeyFuzzTest");
    Mutator mutator = new Mutator(Seeds.random(seed), good);
    int unreadable = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String text = new String(mutator.next(), UTF_8);
      try {
        if (!codec.encode(codec.decode(text)).equals(text)) {
          throw new AssertionError("seed " + seed + ": " + text);
        }
      } catch (UnreadableException e) {
        unreadable++;
      }
    }
    System.out.println("fuzz keys: " + ROUNDS + " texts, " + unreadable + " were unreadable");
    assertThat(unreadable).isPositive();
  }
}
