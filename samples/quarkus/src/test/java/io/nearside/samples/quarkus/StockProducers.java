package io.nearside.samples.quarkus;

import io.nearside.LoadContext;
import io.nearside.NearsideLoader;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import javax.cache.integration.CacheLoader;

/** Makes beans whose classes are none; it is no loader. */
@Singleton
class StockProducers {

  record Produced(String shop) implements NearsideLoader<Long, String> {
    @Override
    public String load(Long key, LoadContext context) {
      return shop + " has " + key;
    }
  }

  @Produces
  @Singleton
  @Named("raw-stock")
  @SuppressWarnings("rawtypes") // as applications do
  CacheLoader raw() {
    return new Produced("raw");
  }

  @Produces
  @Singleton
  Produced produced() {
    return new Produced("produced");
  }
}
