package io.nearside.samples.quarkus;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletionStage;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class Products {
  @Inject Database database;
  @Inject ManagedExecutor executor;

  @CacheResult(cacheName = "products") // of all callers that miss, one asks the database
  @Nullable Product find(long id) {
    return database.find(id);
  }

  @CacheResult(cacheName = "products") // likewise; no thread waits, so an event loop may call it
  CompletionStage<@Nullable Product> findLater(long id) {
    return executor.supplyAsync(() -> database.find(id));
  }

  @CachePut(cacheName = "products")
  void change(@CacheKey long id, @CacheValue Product product) {
    database.store(product);
  }

  @CacheRemove(cacheName = "products")
  void delete(long id) {
    database.delete(id);
  }

  @CacheResult(cacheName = "products-by-price")
  List<Product> between(long lowest, long highest) {
    return database.between(lowest, highest);
  }

  @CacheRemoveAll(cacheName = "products-by-price")
  void pricesChanged() {}
}
