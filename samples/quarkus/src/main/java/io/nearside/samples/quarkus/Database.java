package io.nearside.samples.quarkus;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;

/** The table of products. Thread-safe. */
@Singleton
class Database {
  private final JdbcConnectionPool pool;
  private final AtomicLong queries = new AtomicLong();

  Database(@ConfigProperty(name = "database.url") String url) throws SQLException {
    pool = JdbcConnectionPool.create(url, "sa", "");
    try (Connection connection = pool.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "CREATE TABLE IF NOT EXISTS product (id BIGINT PRIMARY KEY, name VARCHAR, price BIGINT)")) {
      statement.execute();
    }
  }

  @Nullable Product find(long id) {
    List<Product> found = query("SELECT id, name, price FROM product WHERE id = ?", id);
    return found.isEmpty() ? null : found.get(0);
  }

  List<Product> between(long lowest, long highest) {
    return query(
        "SELECT id, name, price FROM product WHERE price BETWEEN ? AND ? ORDER BY id",
        lowest,
        highest);
  }

  Product store(Product product) {
    update("MERGE INTO product VALUES (?, ?, ?)", product.id(), product.name(), product.price());
    return product;
  }

  void delete(long id) {
    update("DELETE FROM product WHERE id = ?", id);
  }

  /** How often this node has asked for products. */
  long queries() {
    return queries.get();
  }

  private List<Product> query(String sql, Object... parameters) {
    queries.incrementAndGet();
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      List<Product> products = new ArrayList<>();
      while (rows.next()) {
        products.add(new Product(rows.getLong(1), rows.getString(2), rows.getLong(3)));
      }
      return products;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void update(String sql, Object... parameters) {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = prepare(connection, sql, parameters)) {
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  @PreDestroy
  void close() {
    pool.dispose();
  }
}
