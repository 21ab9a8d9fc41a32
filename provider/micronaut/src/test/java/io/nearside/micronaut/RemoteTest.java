package io.nearside.micronaut;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import io.nearside.NearsideHealth;
import io.nearside.NearsideManager;
import io.nearside.testserver.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class RemoteTest {

  @Test
  void futuresWaitForRedisWithoutThreads() throws Exception {
    try (RedisServer redis = RedisServer.start();
        ApplicationContext context =
            ApplicationContext.run(
                Map.of(
                    "nearside.remote.address", redis.address(), "nearside.remote.timeout", "10s"),
                "shop")) {
      NearsideManager manager = context.getBean(NearsideManager.class);
      await().until(() -> manager.health().status() == NearsideHealth.Status.UP);
      Prices prices = context.getBean(Prices.class);
      CompletableFuture<String> source = CompletableFuture.completedFuture("price");
      assertThat(prices.later("warm", source).get(10, SECONDS)).isEqualTo("price");
      long threads = threads();
      List<CompletableFuture<String>> calls = new ArrayList<>();
      redis.pause();
      try {
        for (int i = 0; i < 200; i++) {
          calls.add(prices.later("key " + i, source));
        }
        assertThat(calls).noneMatch(CompletableFuture::isDone);
        assertThat(threads()).isLessThanOrEqualTo(threads);
      } finally {
        redis.resume();
      }
      for (CompletableFuture<String> call : calls) {
        assertThat(call.get(10, SECONDS)).isEqualTo("price");
      }
      assertThat(prices.later("key 0", CompletableFuture.failedFuture(new AssertionError())).join())
          .isEqualTo("price");
    }
  }

  /** Those that wait for somebody: Micronaut's, and the manager's. */
  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("io-executor-thread-.*|nearside-\\d+-async-.*"))
        .count();
  }
}
