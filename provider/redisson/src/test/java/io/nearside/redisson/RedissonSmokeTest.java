package io.nearside.redisson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RScript;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.OptionalOptions;
import org.redisson.api.options.PlainOptions;
import org.redisson.client.RedisException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Redisson works with the dependencies that this module's POM names, and with no others. */
class RedissonSmokeTest {

  @Test
  void aLazyClientStartsWithoutRedisAndServesCommandsScriptsBatchesAndTopicsOnceItIsThere()
      throws Exception {
    int port = RedisServer.freePort();
    RedissonClient client = Redisson.create(config(port));
    try {
      assertThat(catchThrowable(() -> client.getBucket("early").get()))
          .isInstanceOf(RedisException.class);
      try (RedisServer server = RedisServer.start(port)) {
        assertThat(server).isNotNull();
        setAndGet(client);
        eval(client);
        batch(client);
        publishAndSubscribe(client);
      }
    } finally {
      client.shutdown(0, 5, TimeUnit.SECONDS);
    }
  }

  /** Byte Buddy was left out as well, but AssertJ brings it to the tests. */
  @Test
  void whatWasLeftOutIsReallyNotThere() {
    for (String absent :
        List.of(
            "jodd.util.StringUtil",
            "com.esotericsoftware.kryo.Kryo",
            "io.reactivex.rxjava3.core.Flowable",
            "reactor.core.publisher.Flux",
            "io.netty.handler.codec.compression.ZlibDecoder",
            "io.netty.handler.codec.protobuf.ProtobufDecoder",
            "io.netty.handler.codec.marshalling.MarshallingDecoder")) {
      assertThatThrownBy(() -> Class.forName(absent))
          .as(absent)
          .isInstanceOf(ClassNotFoundException.class);
    }
  }

  @Test
  void redissonIsNotRegisteredAsAProviderAndCarriesItsNotices() throws IOException {
    ClassLoader loader = Redisson.class.getClassLoader();
    assertThat(
            loader
                .getResources("META-INF/services/javax.cache.spi.CachingProvider")
                .hasMoreElements())
        .isFalse();
    assertThat(loader.getResource("org/redisson/jcache/JCachingProvider.class")).isNotNull();
    for (String text : List.of("LICENSE", "LICENSE.txt", "NOTICE", "NOTICE.nearside")) {
      assertThat(getClass().getResource("/META-INF/" + text)).as(text).isNotNull();
    }
  }

  private static Config config(int port) {
    Config config = new Config();
    config.setLazyInitialization(true);
    config.setCodec(ByteArrayCodec.INSTANCE);
    config.setThreads(4);
    config.setNettyThreads(2);
    config
        .useSingleServer()
        .setAddress("redis://127.0.0.1:" + port)
        .setConnectionMinimumIdleSize(1)
        .setConnectionPoolSize(4)
        .setSubscriptionConnectionMinimumIdleSize(1)
        .setSubscriptionConnectionPoolSize(2)
        .setRetryAttempts(0)
        .setTimeout(2000)
        .setConnectTimeout(2000);
    return config;
  }

  private static void setAndGet(RedissonClient client) {
    var bucket =
        client.<byte[]>getBucket(
            PlainOptions.name("key")
                .codec(ByteArrayCodec.INSTANCE)
                .timeout(Duration.ofSeconds(2))
                .retryAttempts(0));
    bucket.set(bytes("value"), Duration.ofMinutes(1));
    assertThat(bucket.get()).isEqualTo(bytes("value"));
    assertThat(bucket.remainTimeToLive()).isBetween(1L, 60_000L);
  }

  private static void eval(RedissonClient client) {
    RScript script =
        client.getScript(
            OptionalOptions.defaults()
                .codec(ByteArrayCodec.INSTANCE)
                .timeout(Duration.ofSeconds(2)));
    String text = "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1])";
    for (int again = 0; again < 2; again++) {
      byte[] answer =
          script.eval(
              RScript.Mode.READ_WRITE,
              text,
              RScript.ReturnType.VALUE,
              List.of("scripted"),
              (Object) bytes("by script"));
      assertThat(answer).isEqualTo(bytes("by script"));
    }
  }

  private static void batch(RedissonClient client) {
    RBatch batch = client.createBatch(BatchOptions.defaults().responseTimeout(2, TimeUnit.SECONDS));
    for (int i = 0; i < 10; i++) {
      batch.getBucket("batch:" + i, ByteArrayCodec.INSTANCE).setAsync(bytes("v" + i));
      batch.getBucket("batch:" + i, ByteArrayCodec.INSTANCE).getAsync();
    }
    List<?> answers = batch.execute().getResponses();
    assertThat(answers).hasSize(20);
    assertThat(answers.get(19)).isEqualTo(bytes("v9"));
  }

  private static void publishAndSubscribe(RedissonClient client) throws Exception {
    RTopic topic = client.getTopic("topic", StringCodec.INSTANCE);
    CompletableFuture<String> heard = new CompletableFuture<>();
    topic.addListener(String.class, (channel, message) -> heard.complete(message));
    assertThat(topic.publish("hello")).isEqualTo(1);
    assertThat(heard.get(5, TimeUnit.SECONDS)).isEqualTo("hello");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
