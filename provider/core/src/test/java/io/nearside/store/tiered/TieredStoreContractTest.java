package io.nearside.store.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Clock;
import io.nearside.store.Outcome;
import io.nearside.store.Store;
import io.nearside.store.StoreContract;
import io.nearside.store.StoreObserver;
import io.nearside.store.StoredEntry;
import io.nearside.store.VersionedEntry;
import io.nearside.store.local.LocalBound;
import io.nearside.store.local.LocalCopies;
import io.nearside.store.tiered.TieredSettings.Promotion;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A two-tier store is a store. */
class TieredStoreContractTest extends StoreContract {
  @Override
  protected Store<Integer, String> create(StoreObserver<Integer, String> told, Clock time) {
    LocalBound bound = new LocalBound(1_000_000, null, null);
    return new TieredStore<>(
        new Tiers<>(
            new FakeAuthority<>(told, time),
            new LocalCopies<>(bound, FakeAuthority.PARTITIONS, time),
            UnaryOperator.identity(),
            new FakeProofs(),
            Runnable::run,
            time),
        new TieredSettings<>(
            2_000_000_000L, StoredEntry.NEVER, 1, value -> true, Promotion.AT_ONCE, 10, 0));
  }

  @Override
  protected void assertSame(@Nullable Outcome<String> actual, @Nullable Outcome<String> expected) {
    if (actual instanceof VersionedEntry<String> one
        && expected instanceof VersionedEntry<String> other) {
      assertThat(one.isSame(other)).isTrue();
      assertThat(one.value()).isEqualTo(other.value());
      assertThat(one.hasOwnLife()).isEqualTo(other.hasOwnLife());
    } else {
      super.assertSame(actual, expected);
    }
  }
}
