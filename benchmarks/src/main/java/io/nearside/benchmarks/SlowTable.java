package io.nearside.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;

/**
 * A table of a database in memory each of whose statements takes a millisecond more, as over a
 * network. A batch is one statement. Thread-safe: each caller has a connection.
 */
final class SlowTable implements CacheWriter<Integer, String>, AutoCloseable {
  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  private final long pauseNanos;
  private final ConcurrentLinkedQueue<Connection> idle = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Connection> all = new ConcurrentLinkedQueue<>();
  private final AtomicLong statements = new AtomicLong();

  SlowTable(long pauseNanos) throws SQLException {
    this.pauseNanos = pauseNanos;
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create table sink (id int primary key, content varchar)");
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  /** How many statements it has been asked. */
  long statements() {
    return statements.get();
  }

  int rows() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from sink")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private interface Work {
    void on(Connection connection) throws SQLException;
  }

  private void perform(Work work) {
    try {
      Connection known = idle.poll();
      Connection connection = (known == null) ? connect() : known;
      if (known == null) {
        all.add(connection);
      }
      pause();
      work.on(connection);
      statements.incrementAndGet();
      idle.add(connection);
    } catch (SQLException e) {
      throw new CacheWriterException(e.toString(), e);
    }
  }

  private void pause() {
    long end = System.nanoTime() + pauseNanos;
    for (long left = pauseNanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void write(Cache.Entry<? extends Integer, ? extends String> entry) {
    writeAll(new ArrayList<>(List.of(entry)));
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {
    perform(connection -> {
      String rows = "(?, ?), ".repeat(entries.size() - 1) + "(?, ?)";
      try (PreparedStatement merge =
          connection.prepareStatement("merge into sink (id, content) key (id) values " + rows)) {
        int at = 0;
        for (Cache.Entry<? extends Integer, ? extends String> entry : entries) {
          merge.setInt(++at, entry.getKey());
          merge.setString(++at, entry.getValue());
        }
        merge.executeUpdate();
      }
    });
    entries.clear();
  }

  @Override
  public void delete(Object key) {
    perform(connection -> {
      try (PreparedStatement delete =
          connection.prepareStatement("delete from sink where id = ?")) {
        delete.setObject(1, key);
        delete.executeUpdate();
      }
    });
  }

  @Override
  public void deleteAll(Collection<?> keys) {
    keys.forEach(this::delete);
    keys.clear();
  }

  @Override
  public void close() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("shutdown immediately");
    }
  }
}
