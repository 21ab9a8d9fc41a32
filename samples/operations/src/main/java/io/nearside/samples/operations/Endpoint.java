package io.nearside.samples.operations;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.NearsideHealth;
import io.nearside.NearsideManager;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What is to be seen from outside, by HTTP at loopback. */
final class Endpoint implements AutoCloseable {
  private static final int OK = 200;

  private final HttpServer server;

  private Endpoint(HttpServer server) {
    this.server = server;
  }

  static Endpoint open(int port, PrometheusMeterRegistry registry, NearsideManager manager)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/metrics", exchange -> answer(exchange, registry::scrape));
    server.createContext("/health", exchange -> answer(exchange, () -> said(manager.health())));
    server.start();
    return new Endpoint(server);
  }

  /** Degraded is no reason to take the program out of service, so the status is always 200. */
  private static String said(NearsideHealth health) {
    return health.problems().stream()
        .map(NearsideHealth.Problem::toString)
        .collect(Collectors.joining("\n", health.status() + "\n", "\n"));
  }

  private static void answer(HttpExchange exchange, Supplier<String> text) throws IOException {
    try (exchange) {
      byte[] bytes = text.get().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(OK, bytes.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    }
  }

  URI uri(String path) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
