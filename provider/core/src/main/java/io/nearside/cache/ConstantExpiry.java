package io.nearside.cache;

import io.nearside.store.Lifetime;

/** An expiry that calls no user code: it makes the entries of creations and updates itself. */
interface ConstantExpiry extends Expiry, Lifetime {

  @Override
  default boolean constant() {
    return true;
  }

  @Override
  default Lifetime creation() {
    return this;
  }

  @Override
  default Lifetime update() {
    return this;
  }
}
