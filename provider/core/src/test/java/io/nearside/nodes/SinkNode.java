package io.nearside.nodes;

import io.nearside.Nearside;
import io.nearside.NearsideCache;
import io.nearside.Topology;
import io.nearside.WriteQueue;
import io.nearside.config.NearsideConfiguration;
import io.nearside.store.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.random.RandomGenerator;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;

/**
 * A JVM that changes entries all the time, which reach a database by write-behind, and says what it
 * is about to change and what was acknowledged. It is made to be killed.
 */
final class SinkNode {
  /** Of each thread, which is the only one that changes them. */
  static final int KEYS_OF_A_THREAD = 8;

  static final int THREADS = 2;

  /** What it prints: a letter, a key, and a value that grows; 0 for a removal. */
  static final String READY = "READY";

  /** Of a line that was not cut off. */
  static final String END = " .";

  static final String BEGUN = "B";
  static final String ACKNOWLEDGED = "A";
  static final String DEPTH = "D";
  static final String IDLE = "I";

  /** Who must have a change. */
  static final String BY_MASTER = "local";

  static final String BY_REPLICA = "replica";

  /** What it is told. */
  static final String GO = "go";

  static final String STOP = "stop";

  /** Shared by those who are at a change. */
  private final ReadWriteLock going = new ReentrantReadWriteLock(true);

  private volatile boolean running;

  private SinkNode() {}

  /**
   * @param arguments of the server: its address, the namespace, the topology; a local cache has a
   *     folder for its journals in place of an address; then the database's URL, who must have a
   *     change before it is acknowledged ({@code local} or {@code replica}), the number of the
   *     node, its first value, and a seed
   */
  public static void main(String[] arguments) throws Exception {
    new SinkNode().run(List.of(arguments));
    System.exit(0);
  }

  private void run(List<String> arguments) throws Exception {
    Topology topology = Topology.valueOf(arguments.get(2));
    int node = Integer.parseInt(arguments.get(5));
    CacheManager manager = manager(arguments, topology);
    NearsideConfiguration<Integer, Long> configuration =
        NearsideConfiguration.builder(Integer.class, Long.class)
            .topology(topology)
            .timeToLive(Duration.ofHours(1))
            .writer(new Sink(arguments.get(3)))
            .writeBehind(queue -> {
              queue.flushInterval(Duration.ofMillis(20)).batchSize(20).maxAttempts(1_000);
              if (topology == Topology.LOCAL) {
                queue.journal(journal(arguments.get(0), node));
              }
              if (arguments.get(4).equals(BY_REPLICA)) {
                queue.acknowledgedByReplica();
              }
            })
            .build();
    @SuppressWarnings("unchecked")
    NearsideCache<Integer, Long> cache =
        manager.createCache("sink", configuration).unwrap(NearsideCache.class);
    RandomGenerator seeds = Seeds.random(Long.parseLong(arguments.get(7)));
    for (int i = 0; i < THREADS; i++) {
      int first = (node * THREADS + i) * KEYS_OF_A_THREAD;
      RandomGenerator random = Seeds.random(seeds.nextLong());
      Thread thread =
          new Thread(() -> change(cache, random, first, Long.parseLong(arguments.get(6))));
      thread.setDaemon(true);
      thread.start();
    }
    say(READY);
    obey(Objects.requireNonNull(cache.writeQueue()));
    manager.close();
  }

  private static CacheManager manager(List<String> arguments, Topology topology) {
    return (topology == Topology.LOCAL)
        ? Nearside.builder().build()
        : Nearside.builder()
            .address(arguments.get(0))
            .namespace(arguments.get(1))
            .set("remote.timeout", "1s")
            .build();
  }

  private static Path journal(String folder, int node) {
    try {
      return Files.createDirectories(Path.of(folder, "node-" + node));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void obey(WriteQueue<Integer, Long> queue) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      switch (line) {
        case GO -> running = true;
        case STOP -> {
          running = false;
          going.writeLock().lock();
          going.writeLock().unlock();
          say(IDLE); // nobody is at a change any more
        }
        default -> say(DEPTH + " " + depth(queue) + " " + queue.failures());
      }
    }
  }

  private static int depth(WriteQueue<Integer, Long> queue) {
    try {
      return queue.depth();
    } catch (CacheException e) {
      return -1;
    }
  }

  private void change(
      Cache<Integer, Long> cache, RandomGenerator random, int first, long firstValue) {
    long value = firstValue;
    while (true) {
      going.readLock().lock();
      try {
        if (running) {
          value = changeOne(cache, random, first, value);
          continue;
        }
      } finally {
        going.readLock().unlock();
      }
      pause();
    }
  }

  private static long changeOne(
      Cache<Integer, Long> cache, RandomGenerator random, int first, long value) {
    int key = first + random.nextInt(KEYS_OF_A_THREAD);
    long next = (random.nextInt(8) == 0) ? 0 : value + 1;
    say(BEGUN + " " + key + " " + next + END);
    try {
      if (next == 0) {
        cache.remove(key);
      } else {
        cache.put(key, next);
      }
      say(ACKNOWLEDGED + " " + key + " " + next + END);
    } catch (CacheException e) { // whether it was done is not known
      pause();
    }
    return Math.max(value, next);
  }

  private static void pause() {
    try {
      Thread.sleep(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** Keeps what there is in one table, and what it was asked in another. */
  private static final class Sink implements CacheWriter<Integer, Long> {
    private final String url;

    Sink(String url) {
      this.url = url;
    }

    private interface Work {
      void on(Connection connection) throws SQLException;
    }

    private void transaction(Work work) {
      try (Connection connection = DriverManager.getConnection(url)) {
        connection.setAutoCommit(false);
        work.on(connection);
        connection.commit();
      } catch (SQLException e) {
        throw new CacheWriterException(e.toString(), e);
      }
    }

    private static void put(Connection connection, int key, long value) throws SQLException {
      try (PreparedStatement merge =
          connection.prepareStatement("merge into sink (id, content) key (id) values (?, ?)")) {
        merge.setInt(1, key);
        merge.setLong(2, value);
        merge.executeUpdate();
      }
      note(connection, key, value);
    }

    private static void remove(Connection connection, Object key) throws SQLException {
      try (PreparedStatement delete =
          connection.prepareStatement("delete from sink where id = ?")) {
        delete.setObject(1, key);
        delete.executeUpdate();
      }
      note(connection, (Integer) key, 0);
    }

    private static void note(Connection connection, int key, long value) throws SQLException {
      try (PreparedStatement insert =
          connection.prepareStatement("insert into asked (id, content) values (?, ?)")) {
        insert.setInt(1, key);
        insert.setLong(2, value);
        insert.executeUpdate();
      }
    }

    @Override
    public void write(Cache.Entry<? extends Integer, ? extends Long> entry) {
      transaction(connection -> put(connection, entry.getKey(), entry.getValue()));
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends Long>> entries) {
      transaction(connection -> {
        for (Cache.Entry<? extends Integer, ? extends Long> entry : entries) {
          put(connection, entry.getKey(), entry.getValue());
        }
      });
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      transaction(connection -> remove(connection, key));
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      transaction(connection -> {
        for (Object key : keys) {
          remove(connection, key);
        }
      });
      keys.clear();
    }
  }
}
