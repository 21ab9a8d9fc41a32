package io.nearside.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearside.store.ReadLog.Read;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often keys were read, in bounded memory. */
@Timeout(60)
class HeatsTest {
  private static final long NOW = 10 * ReadLog.WINDOW_MILLIS;

  private static <K> List<K> keys(Heats<K> heats, long now) {
    return heats.hottest(now).stream().map(Read::key).toList();
  }

  @Test
  void whatIsReadAgainOutlastsMillionsThatAreReadOnce() {
    Heats<Integer> heats = new Heats<>(1_000);
    for (int i = 0; i < 2_000_000; i++) {
      heats.add(i % 20 == 0 ? -1 - i / 20 % 10 : i, 1, NOW, NOW);
      if (i % 10_000 == 0) {
        assertThat(heats.size()).isLessThanOrEqualTo(2_000);
      }
    }
    List<Read<Integer>> hottest = heats.hottest(NOW);
    assertThat(hottest).hasSize(1_000);
    assertThat(hottest.subList(0, 10)).allMatch(read -> read.key() < 0 && read.heat() > 5_000);
  }

  @Test
  void readsOfLongAgoCountLess() {
    Heats<String> heats = new Heats<>(10);
    heats.add("old", 8, NOW, NOW);
    long later = NOW + 2 * ReadLog.HALF_LIFE_MILLIS;
    heats.add("new", 3, later, later);
    assertThat(keys(heats, later)).containsExactly("new", "old");
    heats.add("old", 2, later, later);
    assertThat(keys(heats, later)).containsExactly("old", "new");
    assertThat(heats.hottest(later).get(0).heat()).isCloseTo(4, within(0.001));
  }

  @Test
  void whatWasNotReadForAnHourIsNotKnown() {
    Heats<String> heats = new Heats<>(10);
    heats.add("old", 1_000_000, NOW, NOW);
    heats.add("new", 1, NOW + 1, NOW + 1);
    long then = NOW + ReadLog.WINDOW_MILLIS;
    assertThat(keys(heats, then)).containsExactly("old", "new");
    assertThat(keys(heats, then + 1)).containsExactly("new");
  }

  @Test
  void whatIsTooOldMakesRoomFirst() {
    Heats<Integer> heats = new Heats<>(10);
    for (int key = 0; key < 20; key++) {
      heats.add(key, key < 10 ? 1_000 : 1, key < 10 ? 0 : NOW, NOW);
    }
    heats.add(20, 1, NOW, NOW);
    assertThat(keys(heats, NOW)).hasSize(10).allMatch(key -> key >= 10);
    assertThat(heats.size()).isEqualTo(11);
  }
}
