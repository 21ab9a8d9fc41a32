package io.nearside.remote;

import io.nearside.testserver.TcpProxy;
import java.io.IOException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** With a way to it for each test that can be cut, and that its bench goes. */
final class ProxiedRedis extends BenchRedis {
  private TcpProxy proxy;

  TcpProxy proxy() {
    return proxy;
  }

  @Override
  String address() throws IOException {
    proxy = TcpProxy.to(server());
    return proxy.address();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    proxy.heal();
    super.afterEach(context);
    proxy.close();
  }
}
