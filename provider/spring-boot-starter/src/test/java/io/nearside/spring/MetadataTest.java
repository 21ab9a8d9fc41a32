package io.nearside.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.config.PropertyNames;
import io.nearside.config.PropertyNames.Described;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;

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
    List<String> hints = new ArrayList<>();
    for (Described one : PropertyNames.described()) {
      String name = kebab(one.name());
      all.add(json(name, one.type(), meaning(one), defaultValue(one)));
      if (isChoice(one)) {
        hints.add(hint(name, quoted(one.values())));
      }
    }
    all.add(
        json(
            "nearside.caches",
            "java.util.Map<java.lang.String,java.lang.String>",
            "settings of caches by name or pattern, as the defaults have them:"
                + " nearside.caches.products.time-to-live",
            null));
    String source =
        Files.readString(
            BASE.resolve("src/main/java/io/nearside/spring/NearsideSpringProperties.java"));
    for (RecordComponent own : NearsideSpringProperties.class.getRecordComponents()) {
      all.add(
          json(
              "nearside.spring." + kebab(own.getName()),
              type(own.getType()),
              said(source, own),
              builtIn(own)));
    }
    String metadata =
        "{\n  \"properties\": [\n"
            + String.join(",\n", all)
            + "\n  ],\n  \"hints\": [\n"
            + String.join(",\n", hints)
            + "\n  ]\n}\n";
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

  private static String builtIn(RecordComponent own) {
    return Stream.of(NearsideSpringProperties.class.getDeclaredConstructors()[0].getParameters())
        .filter(parameter -> parameter.getName().equals(own.getName()))
        .map(parameter -> parameter.getAnnotation(DefaultValue.class).value()[0])
        .findFirst()
        .orElseThrow();
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

  private static String meaning(Described one) {
    return one.meaning() + " (" + one.values() + ")";
  }

  /** Null where there is none, or none that is always the same. */
  private static String defaultValue(Described one) {
    Matcher said =
        Pattern.compile(
                "`([^`]+)` \\(default\\)|default `([^`]+)`(?! with)|default ([\\d,]+)(?=,? |$)")
            .matcher(one.meaning());
    if (said.find()) {
      return Stream.of(1, 2, 3)
          .map(said::group)
          .filter(Objects::nonNull)
          .findFirst()
          .map(value -> value.replaceAll(",", ""))
          .orElseThrow();
    }
    return one.meaning().contains("(default)") ? quoted(one.values()).get(0) : null;
  }

  private static boolean isChoice(Described one) {
    return one.values().replaceAll("`[a-z0-9-]+`", "x").matches("x((, x)* or x)?");
  }

  private static List<String> quoted(String text) {
    return Pattern.compile("`([^`]+)`").matcher(text).results().map(r -> r.group(1)).toList();
  }

  @Test
  void editorsKnowWhatHoldsWhereNothingIsSaid() {
    assertThat(defaultOf("nearside.coherence.bound")).isEqualTo("2s");
    assertThat(defaultOf("nearside.coherence.afterOutage")).isEqualTo("revalidate");
    assertThat(defaultOf("nearside.defaults.local.maximumSize")).isEqualTo("10000");
    assertThat(defaultOf("nearside.defaults.jitter.mode")).isEqualTo("subtract");
    assertThat(defaultOf("nearside.defaults.topology")).as("depends").isNull();
    assertThat(defaultOf("nearside.defaults.timeToLive")).isNull();
  }

  private static String defaultOf(String name) {
    return PropertyNames.described().stream()
        .filter(one -> one.name().equals(name))
        .collect(
            Collectors.collectingAndThen(Collectors.toList(), all -> defaultValue(all.get(0))));
  }

  private static String json(String name, String type, String description, String value) {
    String given = value;
    if (value != null && !type.equals("java.lang.Boolean")) {
      given = "\"" + value + "\"";
    }
    return Stream.of(
            "    {",
            "      \"name\": \"" + name + "\",",
            "      \"type\": \"" + type + "\",",
            "      \"description\": \""
                + description.replace("\"", "\\\"")
                + (given == null ? "\"" : "\",\n      \"defaultValue\": " + given),
            "    }")
        .collect(Collectors.joining("\n"));
  }

  private static String hint(String name, List<String> values) {
    return values.stream()
        .map(value -> "        {\"value\": \"" + value + "\"}")
        .collect(
            Collectors.joining(
                ",\n",
                "    {\n      \"name\": \"" + name + "\",\n      \"values\": [\n",
                "\n      ]\n    }"));
  }
}
