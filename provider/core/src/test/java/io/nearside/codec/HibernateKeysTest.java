package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.hibernate.cache.internal.CacheKeyImplementation;
import org.hibernate.cache.internal.NaturalIdCacheKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys as Hibernate makes them, with the hash codes of its own types. */
class HibernateKeysTest {
  private final KeyCodec codec = KeyCases.codec();

  static List<Object> keys() {
    return HibernateKeysFixture.keys();
  }

  /** Equality of natural ids and queries compares hash codes, so these must be Hibernate's. */
  @ParameterizedTest
  @MethodSource("keys")
  void aKeyComesBackEqual(Object key) {
    Object back = codec.decode(codec.encode(key));
    assertThat(back).hasSameClassAs(key).isEqualTo(key);
    assertThat(key).isEqualTo(back);
    if (!isMadeByHand(key)) {
      assertThat(back).hasSameHashCodeAs(key);
    }
  }

  /** The fixture gave these any hash code. */
  private static boolean isMadeByHand(Object key) {
    return key.hashCode() == 1;
  }

  @Test
  void unequalKeysHaveUnequalTexts() {
    assertThat(keys().stream().map(codec::encode)).doesNotHaveDuplicates();
  }

  @Test
  void everyClassOfHibernatesKeysIsAmongThem() {
    assertThat(
            keys().stream().map(key -> key.getClass().getSimpleName()).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(
            "BasicCacheKeyImplementation",
            "CacheKeyImplementation",
            "NaturalIdCacheKey",
            "QueryKey");
  }

  @Test
  void theHashCodeIsNoPartOfTheText() {
    Object id = new Object[] {KeyCases.Colour.RED, new byte[] {1}};
    assertThat(codec.encode(new CacheKeyImplementation(id, "Line", "t", 1)))
        .isEqualTo(codec.encode(new CacheKeyImplementation(id, "Line", "t", 2)))
        .isEqualTo("hkey(s:Line,s:t,array(e:io.nearside.codec.KeyCases$Colour:RED,bytes:01))");
    assertThat(codec.encode(new NaturalIdCacheKey(new String[] {"a"}, "Line", null, 1)))
        .isEqualTo(codec.encode(new NaturalIdCacheKey(new Object[] {"a"}, "Line", null, 2)));
  }

  @Test
  void partsAreAskedOfTheAllowList() {
    KeyCodec strict = KeyCases.codec(KeyCases.allowing("com.shop."), KeyForms.of(List.of()));
    Object key = new CacheKeyImplementation(KeyCases.Colour.RED, "Line", "t", 1);
    assertThatThrownBy(() -> strict.encode(key))
        .hasMessageContaining("its part .id: io.nearside.codec.KeyCases$Colour is not among");
    assertThat(strict.encode(new CacheKeyImplementation(1L, "Line", null, 1)))
        .isEqualTo("hkey(s:Line,n:,l:1)");
  }

  @Test
  void withoutHibernateItsTextsAreUnreadable() {
    CodecContext context =
        new CodecContext(
            "c",
            Object.class,
            Object.class,
            ClassLoader.getPlatformClassLoader(),
            KeyCases.OWN_CLASSES);
    KeyCodec without = new KeyCodec(context, KeyForms.of(List.of()));
    assertThatThrownBy(() -> without.decode("hkey(s:Line,n:,l:1)"))
        .isInstanceOf(UnreadableException.class);
  }
}
