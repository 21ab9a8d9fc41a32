package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whatever a file or a property says, it is either read or refused by a {@code CacheException},
 * soon. {@code -Dtest.seed=} replays a run.
 */
class ParserFuzzTest {
  private static final Logger LOGGER = LoggerFactory.getLogger(ParserFuzzTest.class);
  private static final int DOCUMENTS = 10_000;
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final List<String> SCALARS =
      List.of(
          "1h",
          "0s",
          "-1",
          "10%",
          "64KiB",
          "true",
          "false",
          "local",
          "two-tier",
          "remote",
          "redis://a:1/2",
          "redis+cluster://a,b",
          "rediss+sentinel://a/m",
          "fory",
          "com.shop.**",
          "cluster",
          "copies",
          "fail-fast",
          "lz4",
          "session",
          "",
          "~",
          "${X}",
          "${X:5m}",
          "${",
          "10_000",
          "\"",
          "'",
          "&a x",
          "*a",
          "!!int 3",
          "!x y",
          "|",
          ">",
          "[a, b]",
          "{a: b}",
          "java.lang.Long",
          "\u0000",
          "\ud83d\ude00",
          "\ufeff",
          "<<",
          "? x",
          "99999999999999999999",
          "1e400",
          "NaN",
          "- a",
          "# c",
          "---",
          "...",
          "%YAML 9",
          "@",
          "`",
          "\t",
          "\u2028",
          "\"\\x",
          "\"\\ud800\"",
          "!!binary x",
          "0x7fffffffffffffffffff");

  private final long seed = Long.getLong("test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private int legal;
  private int refused;

  @Test
  void mutatedDocumentsAreReadOrRefused() throws IOException {
    List<String> seeds = seeds();
    for (int i = 0; i < DOCUMENTS; i++) {
      String document = seeds.get(random.nextInt(seeds.size()));
      for (int mutation = random.nextInt(2); mutation >= 0; mutation--) {
        document = mutate(document, seeds);
      }
      read(Given.file(document).variable("X", pick(SCALARS)), document);
    }
    report();
  }

  @Test
  void madeUpDocumentsAreReadOrRefused() {
    for (int i = 0; i < DOCUMENTS; i++) {
      String document = block(0);
      read(Given.file(document), document);
    }
    report();
  }

  @Test
  void madeUpPropertiesAreReadOrRefused() {
    for (int i = 0; i < DOCUMENTS; i++) {
      String name = "nearside." + propertyName();
      Given given = Given.nothing();
      String value = pick(List.of("1h", "true", "10%", "64KiB", "7", pick(SCALARS)));
      read(
          random.nextBoolean() ? given.property(name, value) : given.systemProperty(name, value),
          name);
    }
    report();
  }

  private void report() {
    LOGGER.info("seed {}: {} legal, {} refused", seed, legal, refused);
    assertThat(legal).as("legal, seed %d", seed).isGreaterThan(DOCUMENTS / 200);
    assertThat(refused).as("refused, seed %d", seed).isGreaterThan(DOCUMENTS / 200);
  }

  private void read(Given given, String input) {
    long start = System.nanoTime();
    try {
      ManagerConfiguration configuration = given.load();
      configuration.declaredCaches().forEach(configuration::declared);
      legal++;
    } catch (CacheException expected) {
      assertThat(expected.getMessage()).as("seed %d: %s", seed, input).isNotBlank();
      assertThat(expected.getMessage()).doesNotContain("\n  at ").doesNotContain("null");
      refused++;
    } catch (RuntimeException | Error unexpected) {
      fail("seed " + seed + ", input:\n" + input, unexpected);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("seed %d: %s", seed, input)
        .isLessThan(LONGEST);
  }

  private static List<String> seeds() throws IOException {
    return List.of(
        seed("full.yaml"),
        seed("remote.yaml"),
        seed("two-tier.yaml"),
        "caches: &a\n  x: *a\n",
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\ncaches: {x: *c}\n",
        "defaults: {timeToLive: 1h, jitter: {ratio: 5%}}\ncaches: {a: , 'b*': {eternal: true}}");
  }

  private static String seed(String name) throws IOException {
    try (InputStream file = ParserFuzzTest.class.getResourceAsStream("/config/" + name)) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String mutate(String document, List<String> seeds) {
    int at = random.nextInt(document.length() + 1);
    int end = Math.min(document.length(), at + random.nextInt(12));
    String head = document.substring(0, at);
    String tail = document.substring(end);
    return switch (random.nextInt(7)) {
      case 0 -> head + tail;
      case 1 -> head + (char) random.nextInt(0x100) + document.substring(at);
      case 2 -> head + pick(SCALARS) + tail;
      case 3 -> head + document.substring(at, end).repeat(random.nextInt(200)) + tail;
      case 4 -> swapLines(document);
      case 5 -> head + pick(seeds) + tail;
      default -> head + pick(new ArrayList<>(Schema.CACHE.paths())) + document.substring(at);
    };
  }

  private String swapLines(String document) {
    List<String> lines = new ArrayList<>(Arrays.asList(document.split("\n", -1)));
    String line = lines.remove(random.nextInt(lines.size()));
    lines.add(random.nextInt(lines.size() + 1), line);
    return String.join("\n", lines);
  }

  private String block(int depth) {
    StringBuilder block = new StringBuilder();
    List<String> keys = new ArrayList<>(List.of("defaults", "caches", "products", "b*"));
    keys.addAll(Schema.CACHE.root().keys());
    keys.addAll(List.of("maximumSize", "sliding", "adaptive", "minimum", "ratio", "mode"));
    for (int i = random.nextInt(3); i >= 0; i--) {
      block.append("  ".repeat(depth)).append(depth == 0 ? top() : pick(keys)).append(":");
      boolean nested = depth < 5 && random.nextInt(5) < 3;
      block.append(nested ? "\n" + block(depth + 1) : " " + pick(SCALARS) + "\n");
    }
    return block.toString();
  }

  private String top() {
    return pick(List.of("defaults", "caches", "local", "coherence", "namespace", "remote"));
  }

  private String propertyName() {
    List<String> parts = new ArrayList<>(Schema.CACHE.paths());
    parts.addAll(List.of("caches", "caches.a", "\"", ".", "*", ""));
    String start = pick(List.of("caches.a.", "caches.\"a.b\".", "caches.*.", "defaults.", "", "x"));
    StringBuilder name = new StringBuilder(start);
    for (int i = random.nextInt(3); i >= 0; i--) {
      name.append(pick(parts)).append(random.nextInt(4) == 0 ? "." : "");
    }
    return name.toString();
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
