package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.codec.CopyCases.Case;
import io.nearside.codec.fst.FstCodecFactory;
import java.util.List;
import java.util.Set;
import javax.cache.CacheException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole matrix of copies, through bytes: each comes back the same, or is refused at write. */
class FstMatrixTest {
  private static final Set<String> REFUSED = Set.of();

  private final Codec codec = new FstCodecFactory().create(FstContexts.context("orders"));

  static List<Case> carried() {
    return CopyCases.all().stream().filter(c -> !REFUSED.contains(c.name())).toList();
  }

  static List<Case> refused() {
    return CopyCases.all().stream().filter(c -> REFUSED.contains(c.name())).toList();
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
      assertThat(ObjectGraph.describe(copy)).isEqualTo(before);
      assertThat(ObjectGraph.describe(original)).isEqualTo(before);
    }
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
