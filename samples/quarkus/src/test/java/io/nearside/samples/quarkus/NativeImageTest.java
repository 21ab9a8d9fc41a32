package io.nearside.samples.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the metadata for native images names is there; no image has been made of it. */
@Tag("any-jdk")
class NativeImageTest {
  private static final String FOLDER = "META-INF/native-image/io.nearside/nearside-quarkus/";

  private static String read(String name) throws IOException {
    try (InputStream in = NativeImageTest.class.getClassLoader().getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> all(String file, String label) throws IOException {
    return Pattern.compile("\"" + label + "\": \"([^\"]+)\"")
        .matcher(read(FOLDER + file))
        .results()
        .map(found -> found.group(1).replace("\\\\", "\\"))
        .filter(name -> !name.equals("<init>"))
        .toList();
  }

  @Test
  void itsClassesAreThereAndCanBeMade() throws Exception {
    List<String> names = all("reflect-config.json", "name");
    assertThat(names).hasSizeGreaterThanOrEqualTo(3);
    for (String name : names) {
      assertThat(Class.forName(name).getConstructor()).isNotNull();
    }
  }

  @Test
  void eachOfItsPatternsIsForAResourceThatIsThere() throws Exception {
    List<String> resources =
        List.of(
            "nearside.yaml", // the application's
            "io/nearside/store/remote/change.lua",
            "META-INF/services/javax.cache.spi.CachingProvider",
            "META-INF/services/io.nearside.codec.KeyForm");
    for (String resource : resources.subList(1, resources.size())) {
      assertThat(read(resource)).isNotEmpty();
    }
    List<String> patterns = all("resource-config.json", "pattern");
    assertThat(patterns).hasSize(resources.size());
    for (String resource : resources) {
      assertThat(patterns).filteredOn(pattern -> Pattern.matches(pattern, resource)).hasSize(1);
    }
  }
}
