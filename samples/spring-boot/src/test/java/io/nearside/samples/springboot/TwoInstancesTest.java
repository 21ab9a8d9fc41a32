package io.nearside.samples.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.List;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two JVMs, one database, one Redis. */
@Tag("any-jdk")
class TwoInstancesTest {
  private static final Logger LOG = LoggerFactory.getLogger(TwoInstancesTest.class);
  private static final int PRODUCTS = 20;

  private static RedisServer redis;
  private static Server database;
  private static Instance one;
  private static Instance two;

  @BeforeAll
  static void start() throws Exception {
    redis = RedisServer.start();
    database = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
    String url =
        "jdbc:h2:tcp://127.0.0.1:" + database.getPort() + "/mem:two-instances;DB_CLOSE_DELAY=-1";
    one = Instance.start(redis.address(), url);
    two = Instance.start(redis.address(), url);
    await().atMost(Duration.ofMinutes(1)).until(() -> one.serves() && two.serves());
  }

  @AfterAll
  static void stop() throws Exception {
    one.close();
    two.close();
    database.stop();
    redis.close();
  }

  @Test
  void whatOneChangesTheOtherReads() throws Exception {
    Product tea = new Product(7, "tea", 700);
    assertThat(one.put(tea).statusCode()).isEqualTo(200);
    double found = two.hits("remote");
    await().until(() -> two.get("/products/7").body().contains("\"tea\""));
    assertThat(two.hits("remote")).as("found in Redis").isGreaterThan(found);
    await().until(() -> hitsItsCopy(two, 7));
    assertThat(two.get("/products").body()).contains("tea");
    two.put(new Product(7, "milk", 700));
    await().until(() -> one.get("/products/7").body().contains("\"milk\""));
    await().until(() -> one.get("/products").body().contains("milk"));
    two.delete(7);
    await().until(() -> one.get("/products/7").statusCode() == 404);
    await().until(() -> !one.get("/products").body().contains("milk"));
  }

  private static boolean hitsItsCopy(Instance instance, long id) throws Exception {
    double hits = instance.hits("local");
    assertThat(instance.get("/products/" + id).statusCode()).isEqualTo(200);
    return instance.hits("local") > hits;
  }

  @Test
  void nobodyIsFailedWhileRedisIsAway() throws Exception {
    Duration back = outage(Duration.ofSeconds(5));
    LOG.info("copies answered in both {} ms after Redis was back", back.toMillis());
  }

  @Test
  @Tag("soak")
  void norForHalfAMinuteAndThenCopiesAnswerWithinTwoSeconds() throws Exception {
    assertThat(outage(Duration.ofSeconds(30))).isLessThan(Duration.ofSeconds(2));
  }

  /** How long it takes until copies answer in both again. */
  private static Duration outage(Duration away) throws Exception {
    await().until(() -> one.serves() && two.serves());
    redis.kill();
    long begun = System.nanoTime();
    boolean shown = false;
    for (int i = 0; System.nanoTime() - begun < away.toNanos(); i++) {
      long id = 10 + i % PRODUCTS;
      for (Instance instance : List.of(one, two)) {
        assertThat(instance.get("/products/" + id).statusCode()).isEqualTo(200);
        if (i % 10 == 0) {
          assertThat(instance.put(new Product(id, "changed " + i, i)).statusCode()).isEqualTo(200);
          assertThat(instance.get("/products").statusCode()).isEqualTo(200);
          shown |= instance.health().contains("\"caches\":\"degraded\"");
        }
      }
    }
    assertThat(shown).as("health tells it").isTrue();
    redis.restart();
    long back = System.nanoTime();
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> hitsItsCopy(one, 2) && hitsItsCopy(two, 2));
    Duration took = Duration.ofNanos(System.nanoTime() - back);
    await()
        .until(() ->
            one.get("/products/20").body().equals(two.get("/products/20").body())
                && one.serves()
                && two.serves());
    return took;
  }
}
