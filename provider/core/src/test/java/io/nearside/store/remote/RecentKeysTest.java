package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentKeysTest {
  @Test
  void aKeyIsNewOnceWithinTheWindow() {
    RecentKeys recent = new RecentKeys();
    for (int i = 0; i < 100_000; i++) {
      assertThat(recent.isNew("key" + i)).isTrue();
      int before = Math.max(0, i - RecentKeys.AT_LEAST + 1);
      assertThat(recent.isNew("key" + before)).isFalse();
    }
  }

  @Test
  void whatIsLongAgoIsForgotten() {
    RecentKeys recent = new RecentKeys();
    for (int i = 0; i < 3 * RecentKeys.AT_LEAST; i++) {
      recent.isNew("key" + i);
    }
    assertThat(recent.isNew("key0")).isTrue();
  }
}
