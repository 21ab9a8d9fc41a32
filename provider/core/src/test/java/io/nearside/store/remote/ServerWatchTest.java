package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.observe.Recorder;
import io.nearside.observe.ServerFigures;
import io.nearside.store.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who asks the servers for their figures, and what they say. */
@Tag("any-jdk")
class ServerWatchTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void figuresAreTakenFromWhatInfoAnswers() {
    String info =
        "# Memory\r\nused_memory:1024\r\nused_memory_human:1K\r\nmaxmemory:4096\r\n"
            + "evicted_keys:7\r\nconnected_clients:3\r\nused_memory_peak_perc:12%\r\n";
    assertThat(ServerWatch.parsed("a:1", info))
        .isEqualTo(new ServerFigures("a:1", 1024, 4096, 7, 3));
    assertThat(ServerWatch.parsed("a:1", "")).isEqualTo(new ServerFigures("a:1", 0, 0, 0, 0));
  }

  @Test
  void theRightIsOneNodesUntilItEnds() {
    try (LocalRedis redis = LocalRedis.up();
        RedissonConnection connection =
            RedissonConnection.open(redis.patient(), Clock.system(), Recorder.NONE)) {
      RemoteConnectionTest.awaitConnected(connection);
      Node first = new Node(connection);
      assertThat(first.asked())
          .singleElement()
          .satisfies(figures -> {
            assertThat(figures.usedMemory()).isPositive();
            assertThat(figures.clients()).isPositive();
          });
      assertThat(redis.ask("PTTL {shop}!w")).startsWith(":10");
      Node second = new Node(connection);
      assertThat(second.asked()).isEmpty();
      second.watch.tick();
      assertThat(second.told).as("not before the next interval").hasSize(1);
      redis.ask("DEL {shop}!w");
      assertThat(new Node(connection).asked()).hasSize(1);
    }
  }

  /** What one node is told. */
  private static final class Node {
    final List<List<ServerFigures>> told = new CopyOnWriteArrayList<>();
    final ServerWatch watch;

    Node(RedissonConnection connection) {
      watch = new ServerWatch(connection, "shop", HOUR, Clock.system(), told::add);
    }

    List<ServerFigures> asked() {
      watch.tick();
      await().until(() -> !told.isEmpty());
      return told.get(0);
    }
  }
}
