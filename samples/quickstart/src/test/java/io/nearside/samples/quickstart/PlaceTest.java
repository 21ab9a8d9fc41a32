package io.nearside.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlaceTest {
  private static final long PRODUCTS = 2;

  @ParameterizedTest
  @CsvSource({"0, 1", "0, 2", "1, 2"})
  void ownProductIsNearEveryProduct(int number, int nodes) {
    Place place = new Place(number, nodes);

    for (long id = 1; id <= PRODUCTS; id++) {
      long own = place.ownNear(id);
      assertThat(place.owns(own)).isTrue();
      assertThat(own).isBetween(1L, PRODUCTS);
      assertThat(Math.abs(own - id)).isLessThan(nodes);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "9", "10"})
  void everyProductHasOneOwner(long id) {
    long owners = LongStream.range(0, 2).filter(n -> new Place((int) n, 2).owns(id)).count();

    assertThat(owners).isEqualTo(1);
  }
}
