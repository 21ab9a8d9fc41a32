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
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A green run of the kit means nothing if a pattern or a filter has kept tests from running. */
class TckCountIT {
  private static final int TESTS = 493;
  private static final int CLASSES = 43;

  @Test
  void everyTestOfTheKitRanAndNoneWasSkippedOrFailed() throws Exception {
    List<String> ran = new ArrayList<>();
    List<String> notPassed = new ArrayList<>();
    for (Path report : reports()) {
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

  @Test
  void noPropertyNamedTheProvider() throws Exception {
    for (Path report : reports()) {
      assertThat(Files.readString(report)).doesNotContain(Caching.JAVAX_CACHE_CACHING_PROVIDER);
    }
  }

  private static List<Path> reports() throws Exception {
    Path folder = Path.of(System.getProperty("tck.reports"));
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
