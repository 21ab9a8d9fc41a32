package io.nearside.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("any-jdk")
class DocumentationTest {
  private static final Path BASE = Path.of(System.getProperty("basedir", "."));

  @ParameterizedTest
  @CsvSource({
    "Prices, final class",
    "PricesTest, class PricesTest",
    "PricesOfTwoNodesTest, class PricesOfTwoNodesTest"
  })
  void thePageShowsTheTestsThatRun(String name, String from) throws IOException {
    String source =
        Files.readString(BASE.resolve("src/test/java/io/nearside/testkit/" + name + ".java"));
    assertThat(Files.readString(BASE.resolve("../../docs/features/testing.md")))
        .contains("```java\n" + source.substring(source.indexOf(from)) + "```");
  }
}
