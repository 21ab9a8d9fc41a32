package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.codec.KeyAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpiryWatchTest {
  private final Layout layout = new Layout("n", "c", 1, 4);
  private final ExpiryWatch<Integer> watch = new ExpiryWatch<>();

  private void note(int key, long due) {
    watch.note(key, layout.key(KeyAddress.of("i:" + key, 4)), due);
  }

  private List<Integer> take(long now) {
    return watch.take(now, 10).stream().map(watched -> watched.key).toList();
  }

  @Test
  void keysComeWhenTheyAreDue() {
    note(1, 30);
    note(2, 10);
    note(3, 20);
    assertThat(watch.isDue(9)).isFalse();
    assertThat(take(9)).isEmpty();
    assertThat(watch.isDue(20)).isTrue();
    assertThat(take(20)).containsExactly(2, 3);
    assertThat(take(30)).containsExactly(1);
    assertThat(watch.isEmpty()).isTrue();
  }

  @Test
  void aKeyComesOnceAtTheTimeThatWasNotedLast() {
    note(1, 10);
    note(1, 50);
    assertThat(take(10)).isEmpty();
    note(1, 30);
    assertThat(take(30)).containsExactly(1);
    assertThat(take(100)).isEmpty();
  }

  @Test
  void keysThatDoNotFitAreLeftOut() {
    for (int key = 0; key <= ExpiryWatch.MAXIMUM; key++) {
      note(key, key);
    }
    assertThat(take(0)).containsExactly(0);
    assertThat(watch.take(Long.MAX_VALUE, Integer.MAX_VALUE)).hasSize(ExpiryWatch.MAXIMUM - 1);
  }
}
