package io.nearside.samples.products;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;

/**
 * The table of products, by the H2 database. Thread-safe.
 *
 * @param <P> what a row becomes
 */
public class ProductTable<P> implements AutoCloseable {
  private final JdbcConnectionPool pool;
  private final Row<P> row;
  private final AtomicLong queries = new AtomicLong();

  /** Makes a product of a row. */
  @FunctionalInterface
  public interface Row<P> {
    P product(long id, String name, long price);
  }

  /** Opens it, and creates it if it is not there. */
  public ProductTable(String url, Row<P> row) throws SQLException {
    this.row = row;
    pool = JdbcConnectionPool.create(url, "sa", "");
    try (Connection connection = pool.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "CREATE TABLE IF NOT EXISTS product (id BIGINT PRIMARY KEY, name VARCHAR, price BIGINT)")) {
      statement.execute();
    }
  }

  public @Nullable P find(long id) {
    List<P> found = query("SELECT id, name, price FROM product WHERE id = ?", id);
    return found.isEmpty() ? null : found.get(0);
  }

  public List<P> between(long lowest, long highest) {
    return query(
        "SELECT id, name, price FROM product WHERE price BETWEEN ? AND ? ORDER BY id",
        lowest,
        highest);
  }

  public void store(long id, String name, long price) {
    update("MERGE INTO product VALUES (?, ?, ?)", id, name, price);
  }

  public void delete(long id) {
    update("DELETE FROM product WHERE id = ?", id);
  }

  /** How often this node has asked for products. */
  public long queries() {
    return queries.get();
  }

  private List<P> query(String sql, Object... parameters) {
    queries.incrementAndGet();
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      List<P> products = new ArrayList<>();
      while (rows.next()) {
        products.add(row.product(rows.getLong(1), rows.getString(2), rows.getLong(3)));
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

  @Override
  public void close() {
    pool.dispose();
  }
}
