package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nearside.codec.canary.Songs;
import io.nearside.testserver.RedisServer;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that differ, and keys and values that no node takes. */
@Timeout(60)
class FleetsTest {
  private static RedisServer server;

  private final Bench bench = new Bench(server.address());

  @BeforeAll
  static void start() throws Exception {
    server = RedisServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  record Point(int x, int y) implements Serializable {}

  private static Cache<String, Object> objects(CacheManager node, String codec) {
    return node.createCache(
        "objects",
        Bench.remote(String.class, Object.class)
            .codec(codec)
            .allowedTypes("io.nearside.remote.**")
            .failFast()
            .build());
  }

  @Test
  void anotherNumberOfPartitionsIsRefusedAtTheFirstCall() {
    Bench.failFast(bench.node()).put("a", "b");
    CacheManager other = bench.node(Map.of("remote.partitions", "128"));
    for (Cache<String, String> cache :
        List.of(
            Bench.failFast(other),
            other.createCache("safe", Bench.remote(String.class, String.class).build()))) {
      for (Throwable thrown :
          List.of(
              catchThrowable(() -> cache.get("a")),
              catchThrowable(() -> cache.put("a", "c")),
              catchThrowable(cache::clear),
              catchThrowable(() -> cache.iterator().hasNext()))) {
        assertThat(thrown)
            .isInstanceOf(CacheException.class)
            .hasMessageContaining("namespace \"" + bench.namespace + "\"")
            .hasMessageContaining("remote.partitions must be 256")
            .hasMessageContaining("was 128")
            .hasMessageContaining("choose another namespace");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "fst", "kryo"})
  void aFleetChangesItsCodecNodeByNode(String before) {
    Cache<String, Object> old = objects(bench.node(), before);
    Cache<String, Object> changed = objects(bench.node(), "fory");
    old.put("old", new Point(1, 2));
    changed.put("new", new Point(3, 4));
    for (Cache<String, Object> node : List.of(old, changed)) {
      assertThat(node.get("old")).isEqualTo(new Point(1, 2));
      assertThat(node.get("new")).isEqualTo(new Point(3, 4));
      assertThat(node.iterator()).toIterable().hasSize(2);
    }
    assertThat(changed.replace("old", new Point(1, 2), new Point(5, 6))).isTrue();
    assertThat(old.remove("old", new Point(5, 6))).isTrue();
    Object set =
        old.invoke(
            "new",
            (entry, arguments) -> {
              entry.setValue(new Point(7, 8));
              return entry.getValue();
            });
    assertThat(set).isEqualTo(new Point(7, 8));
    assertThat(changed.getAndRemove("new")).isEqualTo(new Point(7, 8));
  }

  @Test
  void schemaVersionsAreApart() throws Exception {
    Cache<String, String> first =
        bench
            .node()
            .createCache("c", Bench.remote(String.class, String.class).schemaVersion(1).build());
    Cache<String, String> second =
        bench
            .node()
            .createCache("c", Bench.remote(String.class, String.class).schemaVersion(2).build());
    first.put("k", "1");
    assertThat(second.get("k")).isNull();
    second.put("k", "2");
    assertThat(first.get("k")).isEqualTo("1");
    second.clear();
    assertThat(first.get("k")).isEqualTo("1");
    second.getCacheManager().destroyCache("c");
    assertThat(first.get("k")).isEqualTo("1");
    assertThat(server.keys("{" + bench.namespace + ":c:v2*")).isEmpty();
  }

  @Test
  void namespacesAndCachesAreApart() throws Exception {
    try (Bench others = new Bench(server.address())) {
      Cache<String, String> ours = Bench.failSafe(bench.node());
      Cache<String, String> theirs = Bench.failSafe(others.node());
      Cache<String, String> beside =
          ours.getCacheManager()
              .createCache("orders:v1", Bench.remote(String.class, String.class).build());
      ours.put("k", "ours");
      assertThat(theirs.get("k")).isNull();
      assertThat(beside.get("k")).isNull();
      theirs.put("k", "theirs");
      beside.put("k", "beside");
      ours.getCacheManager().destroyCache("orders");
      assertThat(theirs.get("k")).isEqualTo("theirs");
      assertThat(beside.get("k")).isEqualTo("beside");
      assertThat(beside.iterator()).toIterable().hasSize(1);
    }
  }

  @Test
  void longKeysAreWholeAgainWhenTheyAreWalkedOver() throws Exception {
    Cache<String, String> first = Bench.failFast(bench.node());
    Cache<String, String> second = Bench.failFast(bench.node());
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      keys.add("x".repeat(300 + 20 * i) + i);
      keys.add("ü€".repeat(200) + i);
    }
    keys.forEach(key -> first.put(key, "v" + key.hashCode()));
    Set<String> walked = new HashSet<>();
    second.forEach(entry -> {
      assertThat(entry.getValue()).isEqualTo("v" + entry.getKey().hashCode());
      assertThat(walked.add(entry.getKey())).isTrue();
    });
    assertThat(walked).isEqualTo(keys);
    assertThat(second.getAll(keys)).hasSize(keys.size());
    for (String name : server.keys("{" + bench.namespace + ":*}:*")) {
      assertThat(name.length()).isLessThan(500);
    }
    second.removeAll(keys);
    assertThat(first.iterator()).toIterable().isEmpty();
  }

  @Test
  void aKeyWithoutCanonicalFormIsRefused() {
    Cache<Object, String> cache =
        bench.node().createCache("any", Bench.remote(Object.class, String.class).build());
    Object key =
        new Object() {
          @Override
          public String toString() {
            return "hush";
          }
        };
    for (Throwable thrown :
        List.of(
            catchThrowable(() -> cache.put(key, "v")),
            catchThrowable(() -> cache.get(key)),
            catchThrowable(() -> cache.remove(key)),
            catchThrowable(() -> cache.getAll(Set.of(key))))) {
      assertThat(thrown)
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("cache \"any\"")
          .hasMessageContaining(key.getClass().getName());
      assertThat(Bench.said(thrown)).doesNotContain("hush");
    }
  }

  @Test
  void aValueOverTheLimitIsRefusedAndTheOldOneStays() {
    Cache<String, String> cache =
        bench
            .node()
            .createCache(
                "small",
                Bench.remote(String.class, String.class)
                    .remote(remote -> remote.maximumValueBytes(1_000))
                    .build());
    cache.put("k", "old");
    String large = "hush".repeat(10_000);
    for (Throwable thrown :
        List.of(
            catchThrowable(() -> cache.put("k", large)),
            catchThrowable(() -> cache.putAll(Map.of("k", large))),
            catchThrowable(() -> cache.replace("k", large)))) {
      assertThat(thrown)
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("cache \"small\"")
          .hasMessageContaining("maximumValueBytes")
          .hasMessageContaining("1000");
      assertThat(Bench.said(thrown)).doesNotContain("hush");
    }
    assertThat(cache.get("k")).isEqualTo("old");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fory", "fst", "java", "kryo"})
  void aClassOutsideTheListIsRefusedAtWrite(String codec) {
    Cache<String, Object> cache =
        bench
            .node()
            .createCache("strict", Bench.remote(String.class, Object.class).codec(codec).build());
    Throwable thrown = catchThrowable(() -> cache.put("k", new Point(1, 2)));
    assertThat(thrown)
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("cache \"strict\"")
        .hasMessageContaining(Point.class.getName())
        .hasMessageContaining("allowedTypes");
    assertThat(cache.containsKey("k")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fory", "fst", "java", "kryo"})
  void aClassOutsideTheListIsNeverInitialisedByReading(String codec) throws Exception {
    ClassLoader aviary = Songs.aviary();
    Cache<String, Object> writer =
        bench
            .node(aviary)
            .createCache(
                "birds",
                Bench.remote(String.class, Object.class)
                    .codec(codec)
                    .allowedTypes("io.nearside.codec.canary.**")
                    .build());
    Object canary =
        aviary.loadClass("io.nearside.codec.canary.Canary").getDeclaredConstructor().newInstance();
    writer.put("k", canary);
    Cache<String, Object> reader =
        bench.node().createCache("birds", Bench.remote(String.class, Object.class).build());
    assertThat(reader.get("k")).isNull();
    assertThat(reader.containsKey("k")).isFalse();
    assertThat(reader.iterator()).toIterable().isEmpty();
    assertThat(Songs.areHeardFrom(Songs.class.getClassLoader())).isFalse();
    assertThat(bench.logged()).contains("\"birds\"", "can't be read");
    assertThat(writer.get("k")).isNotNull();
  }

  @Test
  void aTypeThatIsNotTheCachesIsRefused() {
    Cache<String, String> typed = Bench.failSafe(bench.node());
    @SuppressWarnings({"unchecked", "rawtypes"})
    Cache<Object, Object> raw = (Cache) typed;
    assertThatThrownBy(() -> raw.put("k", 1)).isInstanceOf(ClassCastException.class);
  }
}
