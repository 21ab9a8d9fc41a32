package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyAddressTest {

  @Test
  void aShortTextIsItsOwnTail() {
    String text = "s:" + "x".repeat(248);
    KeyAddress address = KeyAddress.of(text, 256);
    assertThat(address.tail()).isEqualTo(text);
    assertThat(address.isHashed()).isFalse();
  }

  @Test
  void aLongTextKeepsItsStartAndEndsInTheHashOfAllOfIt() {
    KeyAddress address = KeyAddress.of("s:" + "x".repeat(249), 256);
    assertThat(address.isHashed()).isTrue();
    assertThat(address.tail())
        .hasSize(250)
        .startsWith("s:" + "x".repeat(183) + "~")
        .matches("[^~]*~[0-9a-f]{64}");
    assertThat(KeyAddress.of("s:" + "x".repeat(250), 256).tail()).isNotEqualTo(address.tail());
  }

  @Test
  void theHashIsSha256() {
    assertThat(KeyAddress.of("a".repeat(1000), 1).tail())
        .endsWith("~41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
  }

  @Test
  void noCharacterIsCutInTwo() {
    for (String filler : new String[] {"", "x", "xx", "xxx"}) {
      KeyAddress address = KeyAddress.of("s:" + filler + "\ud83d\ude00".repeat(100), 256);
      byte[] utf8 = address.tail().getBytes(StandardCharsets.UTF_8);
      assertThat(utf8.length).isBetween(247, 250);
      assertThat(address.tail()).doesNotContain("\ufffd");
      assertThat(new String(utf8, StandardCharsets.UTF_8)).isEqualTo(address.tail());
    }
  }

  @Test
  void theBoundIsInBytes() {
    assertThat(KeyAddress.of("s:" + "ä".repeat(124), 256).isHashed()).isFalse();
    assertThat(KeyAddress.of("s:" + "ä".repeat(125), 256).isHashed()).isTrue();
  }

  /** CRC32C's check value is E3069283. */
  @Test
  void thePartitionIsTheCrc() {
    assertThat(KeyAddress.of("123456789", Integer.MAX_VALUE).partition())
        .isEqualTo((int) (0xE3069283L % Integer.MAX_VALUE));
    assertThat(KeyAddress.of("123456789", 256).partition()).isEqualTo(0x83);
  }

  @Test
  void partitionsFillEvenly() {
    int[] counts = new int[256];
    IntStream.range(0, 256_000).forEach(i -> counts[KeyAddress.of("l:" + i, 256).partition()]++);
    assertThat(IntStream.of(counts).boxed()).allMatch(count -> count > 500 && count < 1500);
  }
}
