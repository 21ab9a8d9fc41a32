package io.nearside.samples.quickstart;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;

/** The table of products in an H2 database in one node's memory, by plain JDBC. Thread-safe. */
final class Database implements AutoCloseable {
  private static final int BATCH = 1_000;
  private static final String SEPARATOR = ",";

  static {
    System.setProperty("h2.bindAddress", "127.0.0.1");
  }

  private final JdbcConnectionPool pool;
  private final @Nullable Server server;
  private final String url;

  private Database(String localUrl, String url, @Nullable Server server, Settings settings) {
    this.pool = JdbcConnectionPool.create(localUrl, "shop", "");
    pool.setMaxConnections(2 * settings.threads() + 16);
    this.url = url;
    this.server = server;
  }

  /** A new database with the products of a run, which other JVMs of this machine may use too. */
  static Database create(Settings settings) throws SQLException {
    String name = "mem:" + UUID.randomUUID(); // a secret
    Server server = Server.createTcpServer("-tcpPort", "0", "-tcpDaemon").start();
    String url = "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/" + name;
    Database database =
        new Database("jdbc:h2:" + name + ";DB_CLOSE_DELAY=-1", url, server, settings);
    database.createTable();
    database.insertAll(Shop.products(settings));
    return database;
  }

  /** The database of another JVM. */
  static Database connect(String url, Settings settings) {
    return new Database(url, url, null, settings);
  }

  /** By which other JVMs reach it. */
  String url() {
    return url;
  }

  private void createTable() throws SQLException {
    execute(
        """
        CREATE TABLE product (
          id BIGINT PRIMARY KEY,
          name VARCHAR(200) NOT NULL,
          price DECIMAL(12, 2) NOT NULL,
          stock INT NOT NULL,
          version BIGINT NOT NULL,
          tags VARCHAR(500) NOT NULL)
        """);
    execute("CREATE TABLE note (id BIGINT PRIMARY KEY, text VARCHAR(200) NOT NULL)");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void insertAll(List<Product> products) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO product VALUES (?, ?, ?, ?, ?, ?)")) {
      connection.setAutoCommit(false);
      for (int i = 0; i < products.size(); i++) {
        bind(insert, products.get(i));
        insert.addBatch();
        if (i % BATCH == BATCH - 1) {
          insert.executeBatch();
        }
      }
      insert.executeBatch();
      connection.commit();
      connection.setAutoCommit(true);
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

  /** From now on nobody's queries of products succeed, in no JVM. */
  void refuse() throws SQLException {
    execute("ALTER TABLE product RENAME TO product_away");
  }

  /** Ends that. */
  void accept() throws SQLException {
    execute("ALTER TABLE product_away RENAME TO product");
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

  /** Inserts or updates all, committed on return. */
  void saveNotes(Map<Long, String> notes) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement merge =
            connection.prepareStatement("MERGE INTO note KEY (id) VALUES (?, ?)")) {
      connection.setAutoCommit(false);
      for (Map.Entry<Long, String> note : notes.entrySet()) {
        merge.setLong(1, note.getKey());
        merge.setString(2, note.getValue());
        merge.addBatch();
      }
      merge.executeBatch();
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  long countNotes() throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM note")) {
      row.next();
      return row.getLong(1);
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

  /** Throws the database away, if it is in this JVM. */
  @Override
  public void close() {
    try {
      if (server != null) {
        execute("SHUTDOWN");
        server.stop();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the database does not end", e);
    } finally {
      pool.dispose();
    }
  }
}
