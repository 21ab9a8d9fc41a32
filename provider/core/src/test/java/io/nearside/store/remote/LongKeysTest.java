package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.codec.KeyAddress;
import io.nearside.codec.KeyCodec;
import org.junit.jupiter.api.Test;

class LongKeysTest {
  private static KeyAddress address(String key) {
    KeyCodec codec = RemoteBed.keyCodec("orders", String.class, String.class);
    return KeyAddress.of(codec.encode(key), 8);
  }

  private static String longKey(int number) {
    return number + "x".repeat(1_000);
  }

  @Test
  void whatWasNotedIsKnownAndTheRestIsStrange() {
    LongKeys keys = new LongKeys(10_000);
    KeyAddress noted = address(longKey(1));
    keys.note(noted);
    keys.note(noted);
    assertThat(keys.text(noted.tail())).isEqualTo(noted.text());
    assertThat(keys.isStrange(noted.tail())).isFalse();
    assertThat(keys.isStrange(address(longKey(2)).tail())).isTrue();
    keys.note(address("short"));
    assertThat(keys.text(address("short").tail())).isNull();
  }

  @Test
  void beyondTheirBoundNoneIsStrange() {
    LongKeys keys = new LongKeys(10_000);
    for (int i = 0; i < 100; i++) {
      keys.note(address(longKey(0))); // counts once
    }
    for (int i = 0; i < 7; i++) {
      keys.note(address(longKey(i)));
    }
    assertThat(keys.isStrange(address(longKey(50)).tail())).isTrue();
    keys.note(address(longKey(7)));
    assertThat(keys.isStrange(address(longKey(50)).tail())).isFalse();
    assertThat(keys.text(address(longKey(7)).tail())).isNull();
    assertThat(keys.text(address(longKey(6)).tail())).isNotNull();
  }
}
