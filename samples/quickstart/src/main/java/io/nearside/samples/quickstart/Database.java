package io.nearside.samples.quickstart;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;

/** The table of products in an H2 database in memory, by plain JDBC. Thread-safe. */
final class Database implements AutoCloseable {
  private static final int BATCH = 1_000;
  private static final String SEPARATOR = ",";

  private final JdbcConnectionPool pool;

  private Database(JdbcConnectionPool pool) {
    this.pool = pool;
  }

  /** A new, empty database that as many threads may use at once. */
  static Database create(int connections) throws SQLException {
    String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    JdbcConnectionPool pool = JdbcConnectionPool.create(url, "shop", "");
    pool.setMaxConnections(connections);
    Database database = new Database(pool);
    database.execute(
        """
        CREATE TABLE product (
          id BIGINT PRIMARY KEY,
          name VARCHAR(200) NOT NULL,
          price DECIMAL(12, 2) NOT NULL,
          stock INT NOT NULL,
          version BIGINT NOT NULL,
          tags VARCHAR(500) NOT NULL)
        """);
    return database;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  void insertAll(List<Product> products) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO product VALUES (?, ?, ?, ?, ?, ?)")) {
      for (int i = 0; i < products.size(); i++) {
        bind(insert, products.get(i));
        insert.addBatch();
        if (i % BATCH == BATCH - 1) {
          insert.executeBatch();
        }
      }
      insert.executeBatch();
    }
  }

  /** The committed row, null when there is none. */
  @Nullable Product find(long id) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, name, price, stock, version, tags FROM product WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? product(row) : null;
      }
    }
  }

  /** Inserts or updates, committed on return. */
  void save(Product product) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement merge =
            connection.prepareStatement("MERGE INTO product KEY (id) VALUES (?, ?, ?, ?, ?, ?)")) {
      bind(merge, product);
      merge.executeUpdate();
    }
  }

  /** Deletes the row if it is there, committed on return. */
  void delete(long id) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM product WHERE id = ?")) {
      delete.setLong(1, id);
      delete.executeUpdate();
    }
  }

  private static void bind(PreparedStatement statement, Product product) throws SQLException {
    statement.setLong(1, product.id());
    statement.setString(2, product.name());
    statement.setBigDecimal(3, product.price());
    statement.setInt(4, product.stock());
    statement.setLong(5, product.version());
    statement.setString(6, String.join(SEPARATOR, product.tags()));
  }

  private static Product product(ResultSet row) throws SQLException {
    return new Product(
        row.getLong(1),
        row.getString(2),
        row.getBigDecimal(3),
        row.getInt(4),
        row.getLong(5),
        tags(row.getString(6)));
  }

  private static List<String> tags(String joined) {
    return joined.isEmpty()
        ? new ArrayList<>()
        : new ArrayList<>(Arrays.asList(joined.split(SEPARATOR)));
  }

  /** Throws the database away. */
  @Override
  public void close() throws SQLException {
    execute("SHUTDOWN");
    pool.dispose();
  }
}
