package io.nearside.samples.micronaut;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.nearside.NearsideAsyncCache;
import io.nearside.NearsideCache;
import io.nearside.NearsideManager;
import jakarta.inject.Named;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Called by the event loop: nothing waits, neither for Redis nor for the database. */
@Controller("/later/products")
class LaterController {
  private final NearsideAsyncCache<Long, Product> products;
  private final Database database;
  private final ExecutorService executor;

  @SuppressWarnings("unchecked") // the class of a cache is not generic
  LaterController(
      NearsideManager manager,
      Database database,
      @Named(TaskExecutors.BLOCKING) ExecutorService executor) {
    NearsideCache<Long, Product> cache =
        manager.<Long, Product>getCache("products").unwrap(NearsideCache.class);
    this.products = cache.async();
    this.database = database;
    this.executor = executor;
  }

  @Get("/{id}")
  CompletableFuture<@Nullable Product> find(long id) {
    return products.getOrLoad( // of all callers that miss, one asks the database
        id, (key, load) -> CompletableFuture.supplyAsync(() -> database.find(key), executor));
  }
}
