package io.nearside.samples.quarkus;

import io.nearside.testserver.RedisServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** A server of the tests' own, which the application is told of. */
public class Redis implements QuarkusTestResourceLifecycleManager {
  private RedisServer server;

  @Override
  public Map<String, String> start() {
    try {
      server = RedisServer.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of(
        "nearside.remote.address",
        "redis://" + RedisServer.HOST + ":" + server.port(),
        "nearside.remote.timeout",
        "2s",
        "nearside.caches.stock.loader",
        "stock",
        "nearside.caches.stock-of-class.loader",
        StockLoader.class.getName(),
        "nearside.caches.stock-raw.loader",
        "raw-stock",
        "nearside.caches.stock-produced.loader",
        StockProducers.Produced.class.getName(),
        "nearside.caches.\"stock-wrong*\".loader",
        StockProducers.class.getName());
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(server, new TestInjector.MatchesType(RedisServer.class));
  }

  @Override
  public void stop() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
