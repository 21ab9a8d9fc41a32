package io.nearside.samples.micronaut;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class DocumentationTest {
  private static final Path BASE = Path.of(System.getProperty("basedir", "."));

  @Test
  void thePageShowsTheFilesThatAreTested() throws IOException {
    String page = Files.readString(BASE.resolve("../../docs/features/micronaut.md"));
    String bean =
        Files.readString(BASE.resolve("src/main/java/io/nearside/samples/micronaut/Products.java"));
    assertThat(page)
        .contains(
            "```yaml\n"
                + Files.readString(BASE.resolve("src/main/resources/application.yml"))
                + "```",
            "```java\n" + bean.substring(bean.indexOf("@Singleton")) + "```");
  }
}
