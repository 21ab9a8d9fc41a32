package io.nearside.store.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.RemoteUnavailableException;
import io.nearside.config.RemoteSettings;
import io.nearside.observe.Recorder;
import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.Lives;
import io.nearside.store.Outcome;
import io.nearside.store.RecordingObserver;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import io.nearside.testserver.RedisServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reads for copies: as others, but only of a master that accepts changes. */
@Tag("any-jdk")
class FencedReadsTest {
  private static RedisServer redis;
  private RedissonConnection connection;

  @BeforeAll
  static void start() throws IOException {
    redis = RedisServer.start();
  }

  @AfterAll
  static void stop() throws IOException {
    redis.close();
  }

  @BeforeEach
  void connect() throws IOException {
    redis.call("FLUSHALL");
    connection = RedissonConnection.open(settings(), Clock.system(), Recorder.NONE);
    RemoteConnectionTest.awaitConnected(connection);
  }

  @AfterEach
  void close() throws IOException {
    redis.call("CONFIG", "SET", "min-replicas-to-write", "0");
    connection.close();
  }

  private static RemoteSettings settings() {
    return BusBed.settings(redis.address());
  }

  private static List<String> texts(List<byte[]> values) {
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(value == null ? null : new String(value, UTF_8)));
    return texts;
  }

  @Test
  void itReadsWhatIsThere() throws IOException {
    redis.call("SET", "{t}a", "1");
    redis.call("SET", "{t}c", "3");
    assertThat(texts(connection.fetch(List.of("{t}a", "{t}b", "{t}c"))))
        .containsExactly("1", null, "3");
    assertThat(connection.fetchAll(List.of(List.of("{t}c"), List.of("{u}x", "{t}a"))))
        .extracting(FencedReadsTest::texts)
        .containsExactly(List.of("3"), Arrays.asList(null, "1"));
  }

  @Test
  void itChangesNothing() throws IOException {
    redis.call("SET", "{t}a", "1", "PX", "100000");
    String before = redis.info("rdb_changes_since_last_save");
    connection.fetch(List.of("{t}a"));
    connection.fetchAll(List.of(List.of("{t}a")));
    assertThat(redis.info("rdb_changes_since_last_save")).isEqualTo(before);
    assertThat(redis.ask("PTTL", "{t}a")).isNotEqualTo("-1");
  }

  @Test
  void aForgottenScriptDoesNotMatter() throws IOException {
    redis.call("SET", "{t}a", "1");
    connection.fetchAll(List.of(List.of("{t}a")));
    redis.call("SCRIPT", "FLUSH");
    assertThat(texts(connection.fetch(List.of("{t}a")))).containsExactly("1");
    redis.call("SCRIPT", "FLUSH");
    assertThat(connection.fetchAll(List.of(List.of("{t}a")))).hasSize(1).doesNotContainNull();
  }

  @Test
  void aMasterThatLacksReplicasRefuses() throws IOException {
    redis.call("SET", "{t}a", "1");
    redis.call("CONFIG", "SET", "min-replicas-to-write", "1");
    assertThat(texts(connection.read(List.of("{t}a")))).containsExactly("1");
    assertThatThrownBy(() -> connection.fetch(List.of("{t}a")))
        .isInstanceOf(RemoteUnavailableException.class)
        .hasMessageContaining("NOREPLICAS");
    assertThatThrownBy(() -> connection.fetchAll(List.of(List.of("{t}a"))))
        .isInstanceOf(RemoteUnavailableException.class)
        .hasMessageContaining("NOREPLICAS");
  }

  @Test
  void anAuthorityReadsFencedAndAStoreDoesNot() throws IOException {
    try (RemoteBed bed = new RemoteBed(settings())) {
      bed.awaitConnection();
      RemoteBed.Options options = RemoteBed.Options.of("orders");
      RemoteStore<String, String> store =
          bed.store(options, String.class, String.class, new RecordingObserver<>());
      RemoteStore<String, String> authority =
          bed.authority(options, String.class, String.class, new RecordingObserver<>());
      long now = Clock.system().nanos();
      store.apply("k", Change.put("v", Lives.FOR_EVER), now);
      assertThat(value(authority.read("k", now))).isEqualTo("v");
      assertThat(value(authority.readOrReserve("k", now).outcome())).isEqualTo("v");
      redis.call("CONFIG", "SET", "min-replicas-to-write", "1");
      assertThat(value(store.read("k", now))).isEqualTo("v");
      assertThat(value(store.readOrReserve("k", now).outcome())).isEqualTo("v");
      assertThat(authority.read("k", now)).isInstanceOf(Unavailable.class);
      assertThat(authority.peek("k", now)).isInstanceOf(Unavailable.class);
      assertThat(authority.readOrReserve("k", now).outcome()).isInstanceOf(Unavailable.class);
      assertThat(authority.readAll(List.of("k"), now).get("k")).isInstanceOf(Unavailable.class);
      assertThatThrownBy(() -> authority.iterator().hasNext())
          .isInstanceOf(RemoteUnavailableException.class);
    }
  }

  private static String value(Outcome<String> outcome) {
    assertThat(outcome).isInstanceOf(StoredEntry.class);
    return ((StoredEntry<String>) outcome).value();
  }

  @Test
  void readsOfManyThreadsRideTogether() throws Exception {
    int threads = 32;
    int each = 200;
    for (int i = 0; i < threads; i++) {
      redis.call("SET", "{t}" + i, "" + i);
    }
    long before = redis.calls("eval");
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> all = new ArrayList<>();
      IntStream.range(0, threads)
          .forEach(i ->
              all.add(
                  pool.submit(() -> {
                    for (int j = 0; j < each; j++) {
                      assertThat(texts(connection.fetch(List.of("{t}" + i))))
                          .containsExactly("" + i);
                    }
                  })));
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(redis.calls("eval") - before).isLessThan(threads * each / 2);
  }
}
