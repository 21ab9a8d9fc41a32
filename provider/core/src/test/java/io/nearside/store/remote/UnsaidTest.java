package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.codec.KeyAddress;
import org.junit.jupiter.api.Test;

class UnsaidTest {
  private final Layout layout = new Layout("n", "c", 1, 4);
  private final Unsaid unsaid = new Unsaid(4);

  private RemoteKey key(int number) {
    return layout.key(KeyAddress.of("i:" + number, 4));
  }

  @Test
  void theLastChangeOfAKeyCounts() {
    unsaid.removal(key(1), 20);
    unsaid.removal(key(1), 10);
    assertThat(unsaid.removals(10)).containsExactly(new Unsaid.Removal(key(1), 20));
    assertThat(unsaid.covers(key(1))).isTrue();
    assertThat(unsaid.covers(key(2))).isFalse();
  }

  @Test
  void aLaterChangeThatWasMadeSettlesIt() {
    unsaid.removal(key(1), 20);
    unsaid.settled(key(1), 19);
    assertThat(unsaid.covers(key(1))).isTrue();
    unsaid.settled(key(1), 20);
    assertThat(unsaid.isEmpty()).isTrue();
  }

  @Test
  void whatFailedAgainMeanwhileStays() {
    unsaid.removal(key(1), 20);
    Unsaid.Removal taken = unsaid.removals(1).get(0);
    unsaid.removal(key(1), 30);
    unsaid.done(taken);
    assertThat(unsaid.covers(key(1))).isTrue();
  }

  @Test
  void aClearCoversItsPartitionAndTakesItsKeysIn() {
    unsaid.removal(key(1), 20);
    unsaid.clearance(key(1).partition(), 30);
    assertThat(unsaid.size()).isEqualTo(1);
    assertThat(unsaid.covers(key(1))).isTrue();
    unsaid.cleared(key(1).partition(), 29);
    assertThat(unsaid.covers(key(1))).isTrue();
    unsaid.cleared(key(1).partition(), 30);
    assertThat(unsaid.isEmpty()).isTrue();
  }

  @Test
  void tooManyKeysAreAClear() {
    for (int i = 0; i <= Unsaid.MAXIMUM; i++) {
      unsaid.removal(key(i), 1 + i);
    }
    assertThat(unsaid.clearances()).containsExactly(0, 1, 2, 3);
    assertThat(unsaid.removals(1)).isEmpty();
  }
}
