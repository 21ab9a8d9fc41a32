package io.nearside.samples.micronaut;

import io.micronaut.cache.annotation.CacheInvalidate;
import io.micronaut.cache.annotation.CachePut;
import io.micronaut.cache.annotation.Cacheable;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.List;

@Singleton
class Products {
  private final Database database;

  Products(Database database) {
    this.database = database;
  }

  @Nullable
  @Cacheable(value = "products", atomic = true) // of all callers that miss, one asks the database
  Product find(long id) {
    return database.find(id);
  }

  @CachePut(value = "products", parameters = "id")
  @CacheInvalidate(value = "products-by-price", all = true)
  Product change(long id, String name, long price) {
    return database.store(new Product(id, name, price));
  }

  @CacheInvalidate("products")
  @CacheInvalidate(value = "products-by-price", all = true)
  void delete(long id) {
    database.delete(id);
  }

  @Cacheable("products-by-price")
  List<Product> between(long lowest, long highest) {
    return database.between(lowest, highest);
  }
}
