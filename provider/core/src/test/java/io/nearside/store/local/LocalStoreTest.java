package io.nearside.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import io.nearside.store.Clock;
import io.nearside.store.Store;
import io.nearside.store.StoreContract;
import io.nearside.store.StoreObserver;
import org.junit.jupiter.api.Test;

class LocalStoreTest extends StoreContract {
  @Override
  protected Store<Integer, String> create(StoreObserver<Integer, String> told, Clock time) {
    return new LocalStore<>(new LocalBound(1_000_000, null, null), told, time);
  }

  @Test
  void caffeinesCacheStandsBehindIt() {
    put(1, "a");
    Cache<?, ?> caffeine = store.unwrap(Cache.class);
    assertThat(caffeine).isNotNull();
    assertThat(caffeine.asMap()).hasSize(1);
  }
}
