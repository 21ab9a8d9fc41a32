package io.nearside.remote;

import io.nearside.testserver.RedisServer;
import io.nearside.testserver.TcpProxy;
import java.io.IOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Redis for all tests of a class, registered in a static field; for each test a way to it that
 * can be cut, and a bench that goes that way.
 */
final class ProxiedRedis
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private RedisServer server;
  private TcpProxy proxy;
  private Bench bench;

  RedisServer server() {
    return server;
  }

  TcpProxy proxy() {
    return proxy;
  }

  Bench bench() {
    return bench;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    server = RedisServer.start();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    proxy = TcpProxy.to(server);
    bench = new Bench(proxy.address());
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    proxy.heal();
    bench.close();
    proxy.close();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    server.close();
  }
}
