package io.nearside.samples.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.nearside.testserver.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("any-jdk")
@Timeout(120)
class TwoNodesTest {
  private static final AtomicLong IDS = new AtomicLong();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static RedisServer redis;
  private static EmbeddedServer one;
  private static EmbeddedServer two;

  @BeforeAll
  static void start() throws IOException {
    redis = RedisServer.start();
    one = node();
    two = node();
    await().untilAsserted(() -> assertThat(health(one)).contains("\"caches\":\"UP\""));
    await().untilAsserted(() -> assertThat(health(two)).contains("\"caches\":\"UP\""));
  }

  @AfterAll
  static void stop() throws IOException {
    one.close();
    two.close();
    redis.close();
  }

  private static EmbeddedServer node() {
    return ApplicationContext.run(
        EmbeddedServer.class,
        Map.of(
            "micronaut.server.port",
            -1,
            "nearside.remote.address",
            "redis://" + RedisServer.HOST + ":" + redis.port(),
            "nearside.remote.timeout",
            "2s"));
  }

  @Test
  void whatOneNodeChangesTheOtherOneSees() throws Exception {
    String path = "/products/" + IDS.incrementAndGet();
    assertThat(get(one, path).statusCode()).isEqualTo(404);
    put(one, path, 499);
    long asked = queries(two);
    assertThat(get(two, path).body()).contains("499");
    assertThat(get(two, path).body()).contains("499");
    assertThat(queries(two)).as("found in Redis").isEqualTo(asked);
    String cheap = "/products?lowest=0&highest=500";
    assertThat(get(one, cheap).body()).contains("499");
    assertThat(get(two, cheap).body()).isEqualTo(get(one, cheap).body());
    assertThat(queries(two)).as("found in Redis by two parameters").isEqualTo(asked);

    put(one, path, 599);
    await()
        .untilAsserted(() -> {
          assertThat(get(two, path).body()).contains("599");
          assertThat(get(two, cheap).body()).doesNotContain("499");
        });
    asked = queries(two);
    assertThat(get(two, path).body()).contains("599");
    assertThat(queries(two)).isEqualTo(asked);

    send(two, path, HttpRequest.newBuilder().DELETE());
    await().untilAsserted(() -> assertThat(get(one, path).statusCode()).isEqualTo(404));
  }

  /** Of both nodes, by the event loop, which would hang if it waited. */
  @Test
  void aCrowdThatWaitsForNothingAsksTheDatabaseOnce() throws Exception {
    long id = IDS.incrementAndGet();
    one.getApplicationContext().getBean(Database.class).store(new Product(id, "Tea", 7_000));
    two.getApplicationContext().getBean(Database.class).store(new Product(id, "Tea", 7_000));
    long asked = queries(one) + queries(two);
    List<CompletableFuture<HttpResponse<String>>> crowd = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      URI uri = URI.create(((i % 2 == 0) ? one : two).getURI() + "/later/products/" + id);
      crowd.add(HTTP.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()));
    }
    for (CompletableFuture<HttpResponse<String>> each : crowd) {
      assertThat(each.get(30, TimeUnit.SECONDS).body()).contains("7000");
    }
    assertThat(queries(one) + queries(two)).isEqualTo(asked + 1);
    assertThat(get(one, "/products/" + id).body()).as("by @Cacheable").contains("7000");
    assertThat(queries(one) + queries(two)).isEqualTo(asked + 1);
    assertThat(get(two, "/later/products/-1").statusCode()).isEqualTo(404);
  }

  @Test
  void whileRedisIsAwayRequestsAreAnsweredAndHealthSaysSo() throws Exception {
    String path = "/products/" + IDS.incrementAndGet();
    put(one, path, 499);
    assertThat(get(two, path).body()).contains("499");
    redis.stop();
    try {
      do { // no answer may be an error, not even the first ones
        assertThat(put(one, path, 599).statusCode()).isEqualTo(200);
        assertThat(get(one, path).statusCode()).isEqualTo(200);
        assertThat(get(two, path).statusCode()).isEqualTo(200);
      } while (!health(one).contains("\"caches\":\"DEGRADED\""));
      assertThat(health(one)).contains("REMOTE_UNAVAILABLE");
      assertThat(health(one)).contains("\"status\":\"UP\"").doesNotContain("DOWN");
    } finally {
      redis.restart();
    }
    await()
        .untilAsserted(() -> {
          assertThat(health(one)).contains("\"caches\":\"UP\"");
          assertThat(get(two, path).body()).contains("599");
        });
  }

  private static long queries(EmbeddedServer node) {
    return node.getApplicationContext().getBean(Database.class).queries();
  }

  private static String health(EmbeddedServer node) throws Exception {
    HttpResponse<String> health = get(node, "/health");
    assertThat(health.statusCode()).isEqualTo(200);
    return health.body();
  }

  private static HttpResponse<String> get(EmbeddedServer node, String path) throws Exception {
    return send(node, path, HttpRequest.newBuilder());
  }

  private static HttpResponse<String> put(EmbeddedServer node, String path, long price)
      throws Exception {
    return send(
        node,
        path,
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString("{\"name\":\"Tea\",\"price\":" + price + "}")));
  }

  private static HttpResponse<String> send(
      EmbeddedServer node, String path, HttpRequest.Builder request) throws Exception {
    return HTTP.send(
        request.uri(URI.create(node.getURI() + path)).build(), BodyHandlers.ofString());
  }
}
