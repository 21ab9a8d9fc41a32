package io.nearside.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.Nearside;
import io.nearside.testserver.RedisServer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheResult;
import javax.cache.configuration.MutableConfiguration;
import org.jboss.weld.environment.se.WeldContainer;
import org.junit.jupiter.api.Test;

class RemoteTest {
  private static final AtomicInteger CALLS = new AtomicInteger();

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
      }
    }
  }
}
