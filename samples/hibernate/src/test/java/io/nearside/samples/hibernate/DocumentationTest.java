package io.nearside.samples.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("any-jdk")
class DocumentationTest {
  private static final Path BASE = Path.of(System.getProperty("basedir", "."));

  @ParameterizedTest
  @ValueSource(strings = {"hibernate.properties", "nearside.yaml"})
  void thePageShowsTheFilesThatAreTested(String file) throws IOException {
    assertThat(Files.readString(BASE.resolve("../../docs/features/hibernate.md")))
        .contains("\n" + Files.readString(BASE.resolve("src/main/resources/" + file)) + "```");
  }
}
