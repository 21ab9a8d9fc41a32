package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SizeEstimatorTest {
  /** As JOL 0.17 measured them on JDK 17 with compressed references. */
  private static final Map<String, Long> MEASURED = measured();

  private final SizeEstimator estimator = new SizeEstimator();

  static List<String> names() {
    return List.copyOf(SizeCases.all().keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void isNearWhatWasMeasured(String name) {
    Object object = SizeCases.all().get(name);
    assertThat(estimator.weigh(object))
        .isCloseTo(MEASURED.get(name), Percentage.withPercentage(25));
  }

  @Test
  void countsASharedPartOnce() {
    byte[] part = new byte[10_000];
    long one = estimator.weigh(new Object[] {part});
    assertThat(estimator.weigh(new Object[] {part, part, part}))
        .isCloseTo(one, Percentage.withPercentage(1));
  }

  @Test
  void givesConstantsNoWeight() {
    assertThat(estimator.weigh(Fixtures.Level.HIGH)).isZero();
    assertThat(estimator.weigh(Thread.currentThread())).isZero();
    assertThat(estimator.weigh(null)).isZero();
  }

  @Test
  void takesWhatItDoesNotLookAtToBeLikeTheRest() {
    List<byte[]> list = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      list.add(new byte[100]);
    }
    assertThat(estimator.weigh(list)).isCloseTo(50_000L * 124, Percentage.withPercentage(25));
  }

  private static Map<String, Long> measured() {
    Map<String, Long> known = new HashMap<>();
    known.put("String of 5", 48L);
    known.put("String of 1,000", 1040L);
    known.put("String of 1,000 beyond Latin-1", 2040L);
    known.put("Integer", 16L);
    known.put("Long", 24L);
    known.put("Double", 24L);
    known.put("UUID", 32L);
    known.put("Date", 24L);
    known.put("LocalDate", 24L);
    known.put("LocalDateTime", 72L);
    known.put("BigDecimal", 40L);
    known.put("byte[1000]", 1016L);
    known.put("long[100]", 816L);
    known.put("int[10][10]", 616L);
    known.put("String[50]", 3016L);
    known.put("ArrayList of 100", 6040L);
    known.put("ArrayList grown to 1,000", 28_976L);
    known.put("LinkedList of 100", 8032L);
    known.put("ArrayDeque of 100", 6048L);
    known.put("List.of 3", 200L);
    known.put("Set.of 3", 208L);
    known.put("Map.of 2", 272L);
    known.put("HashSet of 100", 9920L);
    known.put("LinkedHashSet of 100", 10_728L);
    known.put("TreeSet of 100", 9680L);
    known.put("HashMap of 100", 12_288L);
    known.put("LinkedHashMap of 100", 13_096L);
    known.put("TreeMap of 100", 12_048L);
    known.put("ConcurrentHashMap of 100", 12_304L);
    known.put("ArrayList of 100,000", 6_799_240L);
    known.put("record", 24L);
    known.put("DTO with 10 lines", 1024L);
    known.put("cycle of two nodes", 96L);
    return known;
  }
}
