package io.nearside.samples.springboot;

import io.nearside.testserver.RedisServer;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An instance of the service in a JVM of its own, and its callers. */
final class Instance implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final long END_SECONDS = 10;
  private static final Pattern COUNT = Pattern.compile("\"value\":([0-9.E]+)");

  private final Process process;
  private final String address;

  private Instance(Process process, int port) {
    this.process = process;
    this.address = "http://localhost:" + port;
  }

  /** Starts it; it {@link #serves} some seconds later. */
  static Instance start(String redis, String database) throws IOException {
    int port = RedisServer.freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ShopApplication.class.getName(),
                "--server.port=" + port,
                "--spring.datasource.url=" + database,
                "--nearside.remote.timeout=1s")
            .redirectErrorStream(true)
            .redirectOutput(new File("target/instance-" + port + ".log"));
    builder.environment().put("NEARSIDE_REMOTE_ADDRESS", redis);
    return new Instance(builder.start(), port);
  }

  /** Whether it answers, and all its caches work. */
  boolean serves() throws InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException("the instance has ended, see target/instance-*.log");
    }
    try {
      return health().contains("\"caches\":\"up\"");
    } catch (IOException notYet) {
      return false;
    }
  }

  String health() throws IOException, InterruptedException {
    HttpResponse<String> health = get("/actuator/health");
    if (health.statusCode() != 200) {
      throw new AssertionError("health: " + health.statusCode() + " " + health.body());
    }
    return health.body();
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  HttpResponse<String> put(Product product) throws IOException, InterruptedException {
    String body = "{\"name\":\"%s\",\"cents\":%d}".formatted(product.name(), product.cents());
    return send(
        request("/products/" + product.id())
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body)));
  }

  HttpResponse<String> delete(long id) throws IOException, InterruptedException {
    return send(request("/products/" + id).DELETE());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address + path)).timeout(LONGEST);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  /**
   * How many products were found.
   *
   * @param tier {@code local} or {@code remote}
   */
  double hits(String tier) throws IOException, InterruptedException {
    String meter =
        get("/actuator/metrics/nearside.hits?tag=cache:products&tag=tier:" + tier).body();
    Matcher count = COUNT.matcher(meter);
    if (!count.find()) {
      throw new AssertionError(meter);
    }
    return Double.parseDouble(count.group(1));
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
