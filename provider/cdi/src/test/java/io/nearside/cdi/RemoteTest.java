package io.nearside.cdi;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.Nearside;
import io.nearside.testserver.RedisServer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import javax.cache.configuration.MutableConfiguration;
import org.jboss.weld.environment.se.WeldContainer;
import org.junit.jupiter.api.Test;

class RemoteTest {
  private static final AtomicInteger CALLS = new AtomicInteger();

  private static final BlockingQueue<CompletableFuture<String>> STAGES =
      new LinkedBlockingQueue<>();

  @ApplicationScoped
  static class Node {
    static String address;

    @Produces
    @ApplicationScoped
    CacheManager manager() {
      return Nearside.builder()
          .namespace("cdi")
          .address(address)
          .set("remote.timeout", "2s")
          .build();
    }

    void close(@Disposes CacheManager manager) {
      manager.close();
    }
  }

  @ApplicationScoped
  static class Prices {
    @CacheResult(cacheName = "prices")
    String find(long id, String[][] tags, double[] sizes, String none) {
      return "price " + CALLS.incrementAndGet();
    }

    @CacheResult(cacheName = "later")
    CompletionStage<String> later(long id) {
      CompletableFuture<String> stage = new CompletableFuture<>();
      STAGES.add(stage);
      return stage;
    }

    @CachePut(cacheName = "later")
    CompletionStage<String> change(long id, @CacheValue String price) {
      return CompletableFuture.completedStage("changed");
    }
  }

  private static Cache<String, String> probe(WeldContainer node) {
    CacheManager manager = node.select(CacheManager.class).get();
    Cache<String, String> probe = manager.getCache("probe");
    return (probe == null)
        ? manager.createCache("probe", new MutableConfiguration<String, String>())
        : probe;
  }

  /** Whether both are connected by now. */
  private static boolean seen(Cache<String, String> one, Cache<String, String> two) {
    one.put("key", "value");
    return "value".equals(two.get("key"));
  }

  /** Keys have names that do not depend on the node, and need not be allowed. */
  @Test
  void nodesShareWhatTheirMethodsGive() throws Exception {
    try (RedisServer redis = RedisServer.start()) {
      Node.address = "redis://" + RedisServer.HOST + ":" + redis.port();
      try (WeldContainer one = Containers.of(Node.class, Prices.class);
          WeldContainer two = Containers.of(Node.class, Prices.class)) {
        await().until(() -> seen(probe(one), probe(two)));
        for (WeldContainer node : List.of(one, two, one)) {
          String[][] tags = {{"a", null}, {}};
          Prices prices = node.select(Prices.class).get();
          assertThat(prices.find(1, tags, new double[] {0.5}, null)).isEqualTo("price 1");
        }
        Cache<Object, Object> cache = one.select(CacheManager.class).get().getCache("prices");
        assertThat(cache.iterator().next().getKey())
            .isEqualTo(CallKey.of(1L, new String[][] {{"a", null}, {}}, new double[] {0.5}, null))
            .isNotEqualTo(
                CallKey.of(1L, new String[][] {{"a", null}, {}}, new float[] {0.5f}, null));
        resultsToComeTakeOneCallAndNoThreads(
            redis, one.select(Prices.class).get(), two.select(Prices.class).get());
      }
    }
  }

  private static void resultsToComeTakeOneCallAndNoThreads(
      RedisServer redis, Prices one, Prices two) throws Exception {
    CompletableFuture<String> asked = one.later(1).toCompletableFuture();
    CompletableFuture<String> stage = STAGES.poll(10, SECONDS);
    CompletableFuture<String> askedToo = two.later(1).toCompletableFuture();
    stage.complete("once");
    assertThat(asked.get(10, SECONDS)).isEqualTo("once");
    assertThat(askedToo.get(10, SECONDS)).isEqualTo("once");
    assertThat(STAGES).isEmpty();

    int threads = threadsThatWait();
    List<CompletionStage<String>> calls = new ArrayList<>();
    redis.pause();
    try {
      for (int i = 0; i < 300; i++) {
        calls.add((i % 2 == 0) ? one.later(1 + i) : one.change(1, "changed"));
      }
      assertThat(calls.subList(2, 300)).noneMatch(call -> call.toCompletableFuture().isDone());
      assertThat(threadsThatWait()).isLessThanOrEqualTo(threads);
    } finally {
      redis.resume();
    }
  }

  private static int threadsThatWait() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().matches("nearside-\\d+-async-.*"))
            .count();
  }
}
