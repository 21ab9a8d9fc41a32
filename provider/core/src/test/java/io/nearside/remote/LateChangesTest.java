package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.nearside.RemoteUnavailableException;
import io.nearside.testserver.RedisServer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import javax.cache.Cache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A change that was given up stays undone, although the server finds it in its socket when it goes
 * on. That it has found it is seen by its own count of scripts.
 */
@Tag("any-jdk")
@Timeout(60)
class LateChangesTest {
  private RedisServer server;
  private Bench bench;
  private Cache<String, String> hurried;
  private Cache<String, String> patient;

  @BeforeEach
  void start() throws Exception {
    server = RedisServer.start();
    bench = new Bench(server.address());
    hurried = Bench.failFast(bench.node(hurry()));
    patient = Bench.failFast(bench.node());
    patient.put("k", "old");
    await().ignoreExceptions().untilAsserted(() -> assertThat(hurried.get("k")).isEqualTo("old"));
  }

  @AfterEach
  void stop() throws Exception {
    server.resume();
    bench.close();
    server.close();
  }

  private static Map<String, String> hurry() {
    Map<String, String> settings = new HashMap<>(Bench.NO_BREAKER);
    settings.put("remote.timeout", "100ms");
    return settings;
  }

  private void comesTooLate(Runnable change) throws Exception {
    await()
        .ignoreExceptions()
        .untilAsserted(change::run); // its script is known, its connection there
    patient.put("k", "old");
    patient.put("k1", "old");
    long before = server.calls("evalsha");
    server.pause();
    Throwable thrown = catchThrowable(change::run);
    server.resume();
    assertThat(thrown).hasStackTraceContaining("(remote.timeout)");
    if (thrown instanceof RemoteUnavailableException e) {
      assertThat(e.isOutcomeUnknown()).isTrue();
    }
    await().until(() -> server.calls("evalsha") > before);
    assertThat(patient.get("k")).isEqualTo("old");
    assertThat(patient.get("k1")).isEqualTo("old");
    await().ignoreExceptions().untilAsserted(() -> assertThat(hurried.get("k")).isEqualTo("old"));
  }

  @Test
  void put() throws Exception {
    comesTooLate(() -> hurried.put("k", "late"));
  }

  @Test
  void remove() throws Exception {
    comesTooLate(() -> hurried.remove("k"));
  }

  @Test
  void getAndPut() throws Exception {
    comesTooLate(() -> hurried.getAndPut("k", "late"));
  }

  @Test
  void putAll() throws Exception {
    Map<String, String> all = new HashMap<>();
    IntStream.range(0, 100).forEach(i -> all.put("k" + i, "late"));
    all.put("k", "late");
    comesTooLate(() -> hurried.putAll(all));
  }

  @Test
  void clear() throws Exception {
    comesTooLate(hurried::clear);
  }

  /** The server stops between the processor's read and its write. */
  @Test
  void invoke() throws Exception {
    boolean[] stops = new boolean[1];
    hurried.invoke(
        "other",
        (entry, arguments) -> {
          entry.setValue("x");
          return null;
        });
    long before = server.calls("evalsha");
    stops[0] = true;
    Throwable thrown =
        catchThrowable(() ->
            hurried.invoke(
                "k",
                (entry, arguments) -> {
                  assertThat(entry.getValue()).isEqualTo("old");
                  if (stops[0]) {
                    stops[0] = false;
                    pause();
                  }
                  entry.setValue("late");
                  return null;
                }));
    server.resume();
    assertThat(thrown).hasStackTraceContaining("(remote.timeout)");
    await().until(() -> server.calls("evalsha") > before);
    assertThat(patient.get("k")).isEqualTo("old");
  }

  private void pause() {
    try {
      server.pause();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
