package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.codec.CopyCases.Case;
import io.nearside.codec.fst.FstCodecFactory;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Set;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole matrix of copies, through bytes: each comes back the same, or is refused at write. */
class FstMatrixTest {
  /** Beside what has no copy either. */
  private static final Set<String> REFUSED =
      Set.of(
          "TreeMap with a lambda comparator",
          "TreeMap with Comparator.comparing of a serialisable function",
          "subList of List.of",
          "lambda without captures",
          "lambda that captures a String",
          "serialisable lambda that captures a mutable",
          "proxy with a serialisable handler",
          "chain of 10,000 nodes");

  /** It has no serial form that keeps all, but needs none: its fields are written. */
  private static final Set<String> CARRIED = Set.of("serialised class whose superclass is not");

  /** What they hold has an identity for a text, or is computed when it is written. */
  private static final Set<String> WITHOUT_TEXT = Set.of("Object", "inner class", "Calendar");

  private final Codec codec = new FstCodecFactory().create(FstContexts.context("orders"));

  static List<Case> carried() {
    return CopyCases.all().stream().filter(c -> !isRefused(c)).toList();
  }

  static List<Case> refused() {
    return CopyCases.all().stream().filter(FstMatrixTest::isRefused).toList();
  }

  private static boolean isRefused(Case c) {
    return REFUSED.contains(c.name())
        || (c.way() == CopyCases.Way.REFUSED && !CARRIED.contains(c.name()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("carried")
  void givesBackWhatItWasGiven(Case c) {
    Object original = c.original().get();
    for (int round = 0; round < 2; round++) {
      String before = ObjectGraph.describe(original);
      byte[] bytes = codec.encode(original);
      Object copy = codec.decode(bytes, 0, bytes.length);
      assertThat(copy).hasSameClassAs(original);
      if (!WITHOUT_TEXT.contains(c.name())) {
        assertThat(ObjectGraph.describe(copy)).isEqualTo(before);
        assertThat(ObjectGraph.describe(original)).isEqualTo(before);
      }
    }
  }

  @Test
  void givesBackWhatHasNoText() {
    Calendar calendar = new GregorianCalendar(2026, Calendar.MAY, 5);
    Fixtures.Inner inner = Fixtures.inner();
    inner.value = 9;
    Object[] both = {calendar, inner};
    byte[] bytes = codec.encode(both);
    Object[] back = (Object[]) codec.decode(bytes, 0, bytes.length);
    assertThat(back[0]).isEqualTo(calendar);
    assertThat(((Fixtures.Inner) back[1]).value).isEqualTo(9);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refusesWhatItCannotGiveBack(Case c) {
    Object original = c.original().get();
    for (int round = 0; round < 2; round++) {
      assertThatThrownBy(() -> codec.encode(original))
          .isInstanceOf(CacheException.class)
          .hasMessageStartingWith("cache \"orders\": a value holds a ");
    }
  }
}
