package io.nearside.store.local;

import io.nearside.store.Clock;
import io.nearside.store.Store;
import io.nearside.store.StoreContract;
import io.nearside.store.StoreObserver;

/** The same with a bound on bytes. */
class LocalStoreWeightedTest extends StoreContract {
  @Override
  protected Store<Integer, String> create(StoreObserver<Integer, String> told, Clock time) {
    Weigher weigher = (key, value) -> 10 + ((String) value).length();
    LocalBudget budget = new LocalBudget(100_000_000, Runnable::run);
    return new LocalStore<>(new LocalBound(100_000_000, weigher, budget), told, time);
  }
}
