package io.nearside.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.config.PropertyNames;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What editors complete is made of the library's table of settings and of the starter's own
 * properties; {@code -Dtest.writeDocs=true} brings it up to date.
 */
@Tag("any-jdk")
class MetadataTest {
  private static final Path BASE = Path.of(System.getProperty("basedir", "."));
  private static final Path FILE =
      BASE.resolve("src/main/resources/META-INF/spring-configuration-metadata.json");

  @Test
  void editorsKnowTheSettings() throws IOException {
    List<String> all = new ArrayList<>();
    PropertyNames.described()
        .forEach(one ->
            all.add(
                json(kebab(one.name()), one.type(), one.meaning() + " (" + one.values() + ")")));
    all.add(
        json(
            "nearside.caches",
            "java.util.Map<java.lang.String,java.lang.String>",
            "settings of caches by name or pattern, as the defaults have them:"
                + " nearside.caches.products.time-to-live"));
    String source =
        Files.readString(
            BASE.resolve("src/main/java/io/nearside/spring/NearsideSpringProperties.java"));
    for (RecordComponent own : NearsideSpringProperties.class.getRecordComponents()) {
      all.add(
          json("nearside.spring." + kebab(own.getName()), type(own.getType()), said(source, own)));
    }
    String metadata = "{\n  \"properties\": [\n" + String.join(",\n", all) + "\n  ]\n}\n";
    if (Boolean.getBoolean("test.writeDocs")) {
      Files.writeString(FILE, metadata);
    }
    assertThat(FILE).hasContent(metadata);
  }

  @Test
  void eachNameThatEditorsCompleteIsOneOfTheLibrarys() {
    assertThat(PropertyNames.described())
        .hasSizeGreaterThan(50)
        .allSatisfy(
            one -> assertThat(PropertyNames.canonical(kebab(one.name()))).isEqualTo(one.name()));
  }

  private static String type(Class<?> type) {
    return type == boolean.class ? "java.lang.Boolean" : type.getName();
  }

  private static String said(String source, RecordComponent own) {
    Matcher said =
        Pattern.compile("@param " + own.getName() + " (.*?)(?=\\* @param|\\*/)", Pattern.DOTALL)
            .matcher(source);
    assertThat(said.find()).as(own.getName()).isTrue();
    return said.group(1)
        .replaceAll("\\s+\\*\\s+", " ")
        .replaceAll("\\{@code\\s+([^}]+)}", "`$1`")
        .strip();
  }

  private static String kebab(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  private static String json(String name, String type, String description) {
    return Arrays.asList(
            "    {",
            "      \"name\": \"" + name + "\",",
            "      \"type\": \"" + type + "\",",
            "      \"description\": \"" + description.replace("\"", "\\\"") + "\"",
            "    }")
        .stream()
        .reduce((one, two) -> one + "\n" + two)
        .orElseThrow();
  }
}
