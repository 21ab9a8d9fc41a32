package io.nearside.samples.quarkus;

import io.nearside.samples.products.ProductTable;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The table of products. Thread-safe. */
@Singleton
class Database extends ProductTable<Product> {

  Database(@ConfigProperty(name = "database.url") String url) throws SQLException {
    super(url, Product::new);
  }

  Product store(Product product) {
    store(product.id(), product.name(), product.price());
    return product;
  }

  @Override
  @PreDestroy
  public void close() {
    super.close();
  }
}
