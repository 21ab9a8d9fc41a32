package io.nearside.samples.springboot;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.Caching;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The products, by the caches where these have them. */
@Service
public class Products {
  private final JdbcClient database;

  Products(JdbcClient database) {
    this.database = database;
  }

  /** One query for all who miss the same product, on all instances. */
  @Cacheable(cacheNames = "products", sync = true)
  public @Nullable Product find(long id) {
    return database
        .sql("select id, name, cents from product where id = ?")
        .param(id)
        .query(Product.class)
        .optional()
        .orElse(null);
  }

  /** Answers later; so may methods that return a {@code Mono}. */
  @Cacheable(cacheNames = "names", sync = true)
  public CompletableFuture<List<String>> names() {
    return CompletableFuture.supplyAsync(
        () -> database.sql("select name from product order by name").query(String.class).list());
  }

  /** The caches hear of it when the transaction has committed. */
  @Transactional
  @CachePut(cacheNames = "products", key = "#product.id()")
  @CacheEvict(cacheNames = "names", allEntries = true)
  public Product save(Product product) {
    database
        .sql("merge into product (id, name, cents) key (id) values (?, ?, ?)")
        .params(product.id(), product.name(), product.cents())
        .update();
    return product;
  }

  /** The same. */
  @Transactional
  @Caching(
      evict = {
        @CacheEvict(cacheNames = "products"),
        @CacheEvict(cacheNames = "names", allEntries = true)
      })
  public void delete(long id) {
    database.sql("delete from product where id = ?").param(id).update();
  }
}
