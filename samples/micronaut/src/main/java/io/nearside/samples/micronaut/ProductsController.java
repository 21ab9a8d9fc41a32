package io.nearside.samples.micronaut;

import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Products by HTTP. Caches may ask Redis, so no call is made by a thread of the event loop. */
@Controller("/products")
@ExecuteOn(TaskExecutors.BLOCKING)
class ProductsController {
  private final Products products;

  ProductsController(Products products) {
    this.products = products;
  }

  /** Of a product, but for its id. */
  record Change(String name, long price) {}

  @Get("/{id}")
  @Nullable Product find(long id) {
    return products.find(id);
  }

  @Put("/{id}")
  Product change(long id, @Body Change change) {
    return products.change(id, change.name(), change.price());
  }

  @Delete("/{id}")
  void delete(long id) {
    products.delete(id);
  }

  @Get
  List<Product> between(@QueryValue long lowest, @QueryValue long highest) {
    return products.between(lowest, highest);
  }
}
