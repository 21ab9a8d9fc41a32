package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.testserver.RedisServer;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Hibernate keeps when tables changed nothing may get lost. */
@Tag("any-jdk")
class TimestampsTest {
  private static final String REGION = "shop.default-update-timestamps-region";

  private static void create(CacheManager node, String name) {
    node.createCache(name, new MutableConfiguration<>()).put("k", 1L);
  }

  @Test
  void aServerThatMayThrowThemAwayIsWarnedOf() throws Exception {
    try (RedisServer server =
            RedisServer.start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lfu");
        Bench bench = new Bench(server.address())) {
      CacheManager node = bench.node();
      create(node, "products");
      create(node, REGION);
      await()
          .untilAsserted(() ->
              assertThat(bench.logged())
                  .containsOnlyOnce("maxmemory-policy")
                  .contains("cache \"" + REGION + "\": ", " is allkeys-lfu, ", "use noeviction"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"noeviction", "volatile-lru"})
  void oneThatKeepsThemIsNot(String policy) throws Exception {
    try (RedisServer server = RedisServer.start("--maxmemory-policy", policy);
        Bench bench = new Bench(server.address())) {
      long before = server.calls("info");
      AtomicLong own = new AtomicLong(); // asking how often it was asked is one more time
      create(bench.node(), REGION);
      await() // when it connects, and about this
          .until(() -> server.calls("info") - own.incrementAndGet() >= before + 2);
      assertThat(bench.logged()).doesNotContain("maxmemory-policy");
    }
  }
}
