package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.codec.KeyAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
  private final Layout layout = new Layout("shop", "a:b", 3, 256);

  @Test
  void theKeysOfAPartitionShareATag() {
    RemoteKey key = layout.key(KeyAddress.of("s:x", 256));
    String tag = "{shop:a%3Ab:v3#" + key.partition() + "}";
    assertThat(key.head()).isEqualTo(tag + "!h");
    assertThat(key.entry()).isEqualTo(tag + ":s:x");
    assertThat(key.keys()).isEqualTo(EntryKeys.of(tag, "s:x"));
  }

  @Test
  void aKeyIsFoundFromItsName() {
    RemoteKey key = layout.key(KeyAddress.of("s:a}:b", 256));
    assertThat(layout.tail(key.entry())).isEqualTo("s:a}:b");
    assertThat(layout.partitionOf(key.entry())).isEqualTo(key.partition());
    assertThat(layout.partitionOf(key.head())).isEqualTo(key.partition());
    assertThat(layout.partitionOf(key.keys().lease())).isEqualTo(key.partition());
    assertThat(layout.partitionOf(key.keys().turns())).isEqualTo(key.partition());
    assertThat(layout.tail(key.keys().lease())).isNull();
    assertThat(layout.tail(key.head())).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{shop:a%3Ab:v3#256}:s:x",
        "{shop:a%3Ab:v3#01}:s:x",
        "{shop:a%3Ab:v3#}:s:x",
        "{shop:a%3Ab:v3#-1}:s:x",
        "{shop:a%3Ab:v3#1x}:s:x",
        "{shop:a%3Ab:v3#9999999999}:s:x",
        "{shop:a%3Ab:v33#1}:s:x",
        "{shop:a:b:v3#1}:s:x",
        "{shop:a%3Ab:v3#1}!z",
        "{shop:a%3Ab:v3#1}",
        "{shop:a%3Ab:v3#1",
        ""
      })
  void otherNamesAreNotItsOwn(String name) {
    assertThat(layout.tail(name)).isNull();
    assertThat(layout.partitionOf(name)).isEqualTo(-1);
  }

  @Test
  void namesThatDifferStayApart() {
    assertThat(Layout.escaped("a b{c}%#:\n\u00a0é😀"))
        .isEqualTo("a%20b%7Bc%7D%25%23%3A%0A%C2%A0é😀");
    assertThat(Layout.escaped("\ud800")).isNotEqualTo(Layout.escaped("\ud801"));
    assertThat(Layout.namespaceKey("a}b")).isEqualTo("{a%7Db}!n");
  }

  @Test
  void patternsTakeNamesLiterally() {
    assertThat(new Layout("n", "a*?[b]", 1, 1).entriesPattern())
        .isEqualTo("{n:a\\*\\?\\[b\\]:v1#*}:*");
  }
}
