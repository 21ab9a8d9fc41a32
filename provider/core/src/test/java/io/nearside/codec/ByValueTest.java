package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.codec.CopyCases.Case;
import io.nearside.codec.CopyCases.Way;
import java.util.List;
import javax.cache.CacheException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ByValueTest {
  private final Copier copier = Copier.byValue("orders", ByValueTest.class.getClassLoader());

  static List<Case> shared() {
    return of(Way.SHARED);
  }

  static List<Case> copied() {
    return CopyCases.all().stream()
        .filter(c -> c.way() == Way.PARTS || c.way() == Way.SERIALISED)
        .toList();
  }

  static List<Case> refused() {
    return of(Way.REFUSED);
  }

  private static List<Case> of(Way way) {
    return CopyCases.all().stream().filter(c -> c.way() == way).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shared")
  void handsOnWhatCannotChange(Case c) {
    Object original = c.original().get();
    assertThat(copier.copy(original)).isSameAs(original);
    assertThat(copier.copy(original)).isSameAs(original);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("copied")
  void copiesWhatCanChange(Case c) {
    Object original = c.original().get();
    for (int round = 0; round < 2; round++) {
      String before = ObjectGraph.describe(original);
      Object copy = copier.copy(original);
      assertThat(copy).isNotSameAs(original);
      if (!original.getClass().isHidden()) { // a lambda is read back as another class of its own
        assertThat(copy).hasSameClassAs(original);
      }
      assertThat(ObjectGraph.describe(copy)).isEqualTo(before);
      assertThat(ObjectGraph.describe(original)).isEqualTo(before);
      assertThat(ObjectGraph.sharedMutable(original, copy)).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("copied")
  void takesTheDocumentedWay(Case c) {
    Object original = c.original().get();
    Parts parts = new Parts();
    boolean serialised;
    try {
      new CopyRun(parts).copyRoot(parts.of(original.getClass()), original);
      serialised = false;
    } catch (NeedsSerialisation e) {
      serialised = true;
    }
    assertThat(serialised).isEqualTo(c.way() == Way.SERIALISED);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refusesWhatItCannotCopy(Case c) {
    Object original = c.original().get();
    assertThatThrownBy(() -> copier.copy(original))
        .isInstanceOf(CacheException.class)
        .hasMessageStartingWith(
            "cache \"orders\": a value of " + original.getClass().getName() + " can't be copied: ")
        .hasMessageEndingWith("or store by reference");
  }
}
