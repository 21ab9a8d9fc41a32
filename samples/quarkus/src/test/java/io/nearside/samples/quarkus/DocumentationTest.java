package io.nearside.samples.quarkus;

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
    String page = Files.readString(BASE.resolve("../../docs/features/quarkus.md"));
    String bean =
        Files.readString(BASE.resolve("src/main/java/io/nearside/samples/quarkus/Products.java"));
    assertThat(page)
        .contains(
            "```properties\n"
                + Files.readString(BASE.resolve("src/main/resources/application.properties"))
                + "```",
            "```java\n" + bean.substring(bean.indexOf("@ApplicationScoped")) + "```");
  }
}
