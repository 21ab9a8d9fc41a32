package io.nearside.remote;

import io.nearside.testserver.RedisServer;
import java.io.IOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Redis for all tests of a class, registered in a static field, and a bench of its own for each
 * of them.
 */
class BenchRedis
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private RedisServer server;
  private Bench bench;

  final RedisServer server() {
    return server;
  }

  final Bench bench() {
    return bench;
  }

  /** Where the next test's bench is to go. */
  String address() throws IOException {
    return server.address();
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    server = RedisServer.start();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    bench = new Bench(address());
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    bench.close();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    server.close();
  }
}
