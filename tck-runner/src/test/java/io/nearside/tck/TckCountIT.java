package io.nearside.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.cache.Caching;
import javax.cache.configuration.OptionalFeature;
import javax.cache.spi.CachingProvider;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A green run of the kit means nothing if a pattern or a filter has kept tests from running. */
class TckCountIT {
  private static final int TESTS = 493;
  private static final int CLASSES = 43;

  /** The kit makes several calls in most of its tests. */
  private static final int FEWEST_SCRIPTS = 1_000;

  private static final Path TARGET = Path.of(System.getProperty("tck.target"));

  /** What names of keys hold that tell the nodes with copies that a master lives. */
  private static final String BEAT = "!b";

  static List<Path> twoTierLanes() {
    return redisLanes("two-tier-single", "two-tier-cluster").toList();
  }

  static List<Path> redisLanes() {
    return Stream.concat(redisLanes("remote-single", "remote-cluster"), twoTierLanes().stream())
        .toList();
  }

  private static Stream<Path> redisLanes(String... names) {
    return Stream.of(names)
        .filter(
            name -> !Boolean.getBoolean(name.endsWith("-single") ? "single.skip" : "remote.skip"))
        .map(TARGET::resolve);
  }

  static List<Path> lanes() {
    return Stream.concat(Stream.of(TARGET), redisLanes().stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void everyTestOfTheKitRanAndNoneWasSkippedOrFailed(Path lane) throws Exception {
    List<String> ran = new ArrayList<>();
    List<String> notPassed = new ArrayList<>();
    for (Path report : reports(lane)) {
      for (Element test : testCases(report)) {
        String name = test.getAttribute("classname") + "#" + test.getAttribute("name");
        (passed(test) ? ran : notPassed).add(name);
      }
    }
    assertThat(notPassed).as("failed or skipped").isEmpty();
    assertThat(ran).as("passed").hasSize(TESTS);
    assertThat(ran.stream().map(name -> name.substring(0, name.indexOf('#'))).distinct())
        .hasSize(CLASSES);
    assertThat(ran)
        .as("store by reference")
        .anyMatch(name -> name.contains("StoreByReferenceTest"));
  }

  /** Without the feature the kit's tests of it pass by doing nothing. */
  @Test
  void theProviderUnderTestIsNearsideWithStoreByReference() {
    CachingProvider provider = Caching.getCachingProvider();
    assertThat(provider.getClass().getName()).isEqualTo("io.nearside.spi.NearsideCachingProvider");
    assertThat(provider.isSupported(OptionalFeature.STORE_BY_REFERENCE)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void noPropertyNamedTheProvider(Path lane) throws Exception {
    for (Path report : reports(lane)) {
      assertThat(Files.readString(report)).doesNotContain(Caching.JAVAX_CACHE_CACHING_PROVIDER);
    }
  }

  /** A lane over Redis that fell back to local caches would be green too. */
  @Test
  void theLanesOverRedisWereThereAndInTheirNamespace() throws Exception {
    for (Path lane : redisLanes()) {
      long scripts = 0;
      for (Path jvm : jvms(lane)) {
        String namespace = Files.readString(jvm.resolve(RedisLane.NAMESPACE));
        scripts += Long.parseLong(Files.readString(jvm.resolve(RedisLane.SCRIPTS)));
        assertThat(Files.readAllLines(jvm.resolve(RedisLane.KEYS)))
            .as("keys left in %s", jvm)
            .isNotEmpty()
            .allMatch(key -> key.startsWith("{" + namespace) || isBeat(key, namespace));
      }
      assertThat(scripts)
          .as("scripts executed in %s", lane.getFileName())
          .isGreaterThan(FEWEST_SCRIPTS);
    }
  }

  /** A two-tier lane whose caches had no copies would be green too. */
  @Test
  void theTwoTierLanesHadTheBeatsThatCopiesNeed() throws Exception {
    for (Path lane : twoTierLanes()) {
      for (Path jvm : jvms(lane)) {
        String namespace = Files.readString(jvm.resolve(RedisLane.NAMESPACE));
        assertThat(Files.readAllLines(jvm.resolve(RedisLane.KEYS)))
            .as("keys left in %s", jvm)
            .anyMatch(key -> isBeat(key, namespace));
      }
    }
  }

  /** What Redis saw of each JVM that ran a share of the kit. */
  private static List<Path> jvms(Path lane) throws Exception {
    try (Stream<Path> files = Files.list(lane)) {
      List<Path> jvms = files.filter(f -> f.getFileName().toString().startsWith("redis-")).toList();
      assertThat(jvms).as("JVMs of %s", lane).isNotEmpty();
      return jvms;
    }
  }

  /**
   * In a cluster the hash tag is that of one of the master's slots, so the namespace follows it.
   */
  private static boolean isBeat(String key, String namespace) {
    return key.equals("{" + namespace + "}" + BEAT) || key.contains(BEAT + ":" + namespace + ":");
  }

  private static List<Path> reports(Path lane) throws Exception {
    Path folder = lane.resolve("surefire-reports");
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().matches("TEST-.*\\.xml")).toList();
    }
  }

  private static List<Element> testCases(Path report) throws Exception {
    DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    NodeList nodes = parser.parse(report.toFile()).getElementsByTagName("testcase");
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static boolean passed(Element test) {
    return Stream.of("failure", "error", "skipped")
        .allMatch(word -> test.getElementsByTagName(word).getLength() == 0);
  }
}
