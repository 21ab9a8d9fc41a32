package io.nearside.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideAsyncCache;
import io.nearside.NearsideCache;
import io.nearside.NearsideLoader;
import io.nearside.testserver.RedisServer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a cache makes of bytes that are not as it wrote them: misses that are counted, never an
 * error, never another value; and what it did not write it neither changes nor deletes.
 */
@Timeout(60)
class ForeignBytesTest {
  private static final String KEY = "hush-key";
  private static final String VALUE = "hush-value";

  private static RedisServer server;

  private final Bench bench = new Bench(server.address());
  private final Cache<String, String> cache = Bench.failFast(bench.node());

  @BeforeAll
  static void start() throws Exception {
    server = RedisServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  /** A busy machine may take longer for the first call than it has time. */
  @BeforeEach
  void connect() {
    await()
        .ignoreExceptions()
        .untilAsserted(() -> {
          cache.put(KEY, VALUE);
          assertThat(cache.remove(KEY)).isTrue();
        });
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private String entry() throws Exception {
    return server.keys("{" + bench.namespace + ":*}:*").get(0);
  }

  private String head() throws Exception {
    return server.keys("{" + bench.namespace + ":*}!h").get(0);
  }

  private byte[] bytes(String name) throws Exception {
    return (byte[]) server.call("GET", name);
  }

  /** Alters what Redis holds of a key. */
  private String altered(UnaryOperator<byte[]> how) throws Exception {
    cache.put(KEY, VALUE);
    String name = entry();
    server.call("SET", name, how.apply(bytes(name)));
    return name;
  }

  private void assertMissing() {
    assertThat(cache.get(KEY)).isNull();
    assertThat(cache.containsKey(KEY)).isFalse();
    assertThat(cache.getAll(Set.of(KEY))).isEmpty();
    assertThat(cache.iterator()).toIterable().isEmpty();
    assertThat(cache.remove(KEY, VALUE)).isFalse();
    assertThat(cache.replace(KEY, VALUE, "other")).isFalse();
  }

  /** One of ours that can't be read is a counted miss until somebody writes the key. */
  private void missesUntilWritten(UnaryOperator<byte[]> how, String meaning) throws Exception {
    String name = altered(how);
    byte[] before = bytes(name);
    assertThat(Bench.statistic(cache, "UnreadableEntries")).isZero();
    assertThat(cache.get(KEY)).isNull();
    assertThat(Bench.statistic(cache, "UnreadableEntries")).isEqualTo(1);
    assertMissing();
    assertThat(Bench.statistic(cache, "UnreadableEntries")).isGreaterThan(1);
    assertThat(bytes(name)).isEqualTo(before);
    assertThat(bench.logged()).contains("\"orders\"", meaning).doesNotContain("hush");
    assertThat(cache.putIfAbsent(KEY, "first")).isTrue();
    assertThat(cache.get(KEY)).isEqualTo("first");
    cache.put(KEY, "second");
    assertThat(cache.get(KEY)).isEqualTo("second");
  }

  /** What follows the answer asks Redis once more, and holds no thread either. */
  @Test
  @SuppressWarnings("unchecked") // it is of the same types
  void byFuturesToo() throws Exception {
    NearsideAsyncCache<String, String> async = cache.unwrap(NearsideCache.class).async();
    String name = altered(flipped(-1));
    assertThat(async.get(KEY).join()).isNull();
    assertThat(async.getAll(Set.of(KEY)).join()).isEmpty();
    assertThat(async.replace(KEY, VALUE, "other").join()).isFalse();
    assertThat(async.putIfAbsent(KEY, "first").join()).isTrue();
    assertThat(cache.get(KEY)).isEqualTo("first");
    assertThat(async.putIfAbsent(KEY, "second").join()).isFalse();
    server.call("SET", name, flipped(-1).apply(bytes(name)));
    CompletableFuture<String> loaded =
        async.getOrLoad(KEY, (key, context) -> CompletableFuture.completedFuture("loaded"));
    assertThat(loaded.join()).isEqualTo("loaded");
    assertThat(cache.get(KEY)).isEqualTo("loaded");
  }

  /** Or each read would load it anew. */
  @Test
  @SuppressWarnings("unchecked") // it is of the same types
  void whatIsLoadedTakesThePlaceOfWhatCantBeRead() throws Exception {
    String name = altered(flipped(-1));
    NearsideLoader<String, String> anew = (key, context) -> "loaded anew";
    NearsideCache<String, String> loading = cache.unwrap(NearsideCache.class);
    assertThat(loading.getOrLoad(KEY, (key, context) -> "loaded")).isEqualTo("loaded");
    assertThat(cache.get(KEY)).isEqualTo("loaded");
    server.call("SET", name, flipped(-1).apply(bytes(name)));
    try (NearsideCache<String, String> many =
        bench
            .node()
            .createCache("orders", Bench.remote(String.class, String.class).loader(anew).build())
            .unwrap(NearsideCache.class)) {
      assertThat(many.getAll(Set.of(KEY, "other")))
          .containsOnly(Map.entry(KEY, "loaded anew"), Map.entry("other", "loaded anew"));
      assertThat(cache.get(KEY)).isEqualTo("loaded anew");
    }
  }

  @Test
  void aFlippedBitInTheValue() throws Exception {
    missesUntilWritten(flipped(-1), "has changed since it was written");
  }

  @Test
  void aFlippedBitInTheChecksum() throws Exception {
    missesUntilWritten(flipped(60), "has changed since it was written");
  }

  @Test
  void aFlippedBitInTheVersion() throws Exception {
    missesUntilWritten(flipped(9), "has changed since it was written");
  }

  @Test
  void theEndIsMissing() throws Exception {
    missesUntilWritten(bytes -> Arrays.copyOf(bytes, 40), "end is missing");
  }

  @Test
  void theLastByteIsMissing() throws Exception {
    missesUntilWritten(bytes -> Arrays.copyOf(bytes, bytes.length - 1), "has changed");
  }

  @Test
  void aLaterFormat() throws Exception {
    missesUntilWritten(
        bytes -> {
          bytes[2] = 2;
          return bytes;
        },
        "written by a later release");
  }

  @Test
  void anotherKeysEntry() throws Exception {
    cache.put("another", VALUE);
    byte[] others = bytes(entry());
    cache.remove("another");
    missesUntilWritten(bytes -> others, "counts as missing");
  }

  private static UnaryOperator<byte[]> flipped(int at) {
    return bytes -> {
      bytes[at < 0 ? bytes.length + at : at] ^= 4;
      return bytes;
    };
  }

  /** What is not ours stays as it is, whatever the cache is asked to do. */
  private void isNeverTouched(String name, UnaryOperator<String> dump) throws Exception {
    String before = dump.apply(name);
    assertThat(cache.get(KEY)).isNull();
    assertThat(cache.containsKey(KEY)).isFalse();
    assertThat(cache.getAll(Set.of(KEY))).isEmpty();
    assertThat(cache.iterator()).toIterable().isEmpty();
    assertRefused(catchThrowable(() -> cache.put(KEY, VALUE)));
    assertRefused(catchThrowable(() -> cache.putAll(Map.of(KEY, VALUE))));
    assertRefused(catchThrowable(() -> cache.putIfAbsent(KEY, VALUE)));
    assertRefused(catchThrowable(() -> cache.getAndPut(KEY, VALUE)));
    assertRefused(
        catchThrowable(() ->
            cache.invoke(
                KEY,
                (entry, arguments) -> {
                  entry.setValue(VALUE);
                  return 1;
                })));
    tried(() -> cache.remove(KEY));
    tried(() -> cache.removeAll(Set.of(KEY)));
    cache.removeAll();
    cache.clear();
    assertThat(dump.apply(name)).isEqualTo(before).isNotEmpty();
    assertThat(bench.logged()).contains("\"orders\"", "Nearside did not write");
    assertThat(bench.logged()).doesNotContain("hush");
    CacheManager manager = cache.getCacheManager();
    manager.destroyCache("orders");
    assertThat(dump.apply(name)).isEqualTo(before);
    assertThat(server.keys("{" + bench.namespace + ":*")).containsExactly(name);
  }

  private static void assertRefused(Throwable thrown) {
    assertThat(thrown).isInstanceOf(CacheException.class);
    assertThat(Bench.said(thrown))
        .contains(
            "cache \"orders\", key #",
            "Nearside did not write",
            "choose another namespace, or remove it from Redis")
        .doesNotContain("hush");
  }

  private String ask(Object... words) {
    try {
      return server.ask(words);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void somebodyElsesString() throws Exception {
    String name = altered(bytes -> "theirs".getBytes(UTF_8));
    isNeverTouched(name, key -> ask("GET", key));
  }

  @Test
  void somebodyElsesEmptyString() throws Exception {
    String name = altered(bytes -> new byte[0]);
    isNeverTouched(name, key -> ask("EXISTS", key));
  }

  @Test
  void somebodyElsesHash() throws Exception {
    cache.put(KEY, VALUE);
    String name = entry();
    server.call("DEL", name);
    server.call("HSET", name, "field", "theirs");
    isNeverTouched(name, key -> ask("HGETALL", key));
  }

  @Test
  void somebodyElsesListAtTheHead() throws Exception {
    cache.put(KEY, VALUE);
    String name = head();
    server.call("DEL", name);
    server.call("RPUSH", name, "theirs");
    assertThat(cache.get(KEY)).isNull();
    assertThat(cache.iterator()).toIterable().isEmpty();
    assertThatThrownBy(() -> cache.put(KEY, VALUE))
        .isInstanceOf(CacheException.class)
        .satisfies(e -> assertThat(Bench.said(e)).doesNotContain("hush"))
        .hasMessageContaining("Nearside did not write");
    tried(cache::clear);
    assertThat(ask("LRANGE", name, 0, -1)).isEqualTo("theirs");
  }

  @Test
  void aHeadOfAnotherLengthIsMadeAnewAndNothingOldComesBack() throws Exception {
    cache.put(KEY, VALUE);
    server.call("SET", head(), "x");
    assertThat(cache.get(KEY)).isNull();
    cache.put("second", "b");
    cache.put(KEY, "new");
    assertThat(cache.get(KEY)).isEqualTo("new");
  }

  @Test
  void keysOfOthersWithNamesAlmostAsOursStay() throws Exception {
    cache.put(KEY, VALUE);
    String tag = "{" + bench.namespace + ":orders:v1#";
    String[] names = {
      tag + "7}x",
      tag + "999}:s1",
      tag + "7",
      "{" + bench.namespace + ":orders2:v1#7}!h",
      tag + "7}!hh"
    };
    for (String name : names) {
      server.call("SET", name, "theirs");
    }
    assertThat(cache.iterator()).toIterable().hasSize(1);
    cache.clear();
    cache.getCacheManager().destroyCache("orders");
    assertThat(server.keys("{" + bench.namespace + ":*")).containsExactlyInAnyOrder(names);
  }

  /** May be refused, and only as a cache refuses. */
  private static void tried(ThrowingCallable operation) {
    Throwable thrown = catchThrowable(operation);
    assertThat(thrown == null || thrown instanceof CacheException).as("%s", thrown).isTrue();
  }
}
