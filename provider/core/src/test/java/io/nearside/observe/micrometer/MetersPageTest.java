package io.nearside.observe.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The user's page lists the meters that there are; {@code -Dtest.writeDocs=true} brings it up to
 * date. What is registered is compared with the page by the tests over Redis.
 */
@Tag("any-jdk")
class MetersPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."), "../../docs/features/metrics.md");
  private static final String BEGIN = "<!-- meters -->\n";
  private static final String END = "<!-- /meters -->";

  @Test
  void theTableIsThatOfTheMeters() throws IOException {
    String page = page();
    if (Boolean.getBoolean("test.writeDocs")) {
      Files.writeString(
          PAGE,
          page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
              + table()
              + page.substring(page.indexOf(END)));
    }
    page = page();
    assertThat(page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END)))
        .isEqualTo(table());
  }

  private static String page() throws IOException {
    return Files.readString(PAGE).replace("\r\n", "\n");
  }

  private static String table() {
    return "| meter | kind | unit | tags | meaning |\n|---|---|---|---|---|\n"
        + Arrays.stream(MeterName.values())
            .map(meter ->
                "| `%s` | %s | %s | %s | %s |\n"
                    .formatted(
                        meter.id(),
                        meter.type().name().toLowerCase(java.util.Locale.ROOT),
                        meter.unit(),
                        tags(meter),
                        meter.meaning()))
            .collect(Collectors.joining());
  }

  private static String tags(MeterName meter) {
    return Stream.concat(
            meter.owner().tags().stream().map(tag -> "`" + tag + "`"),
            meter.ownTags().stream()
                .map(tag -> tag.split(": ", 2))
                .map(tag -> "`" + tag[0] + "` (" + tag[1] + ")"))
        .collect(Collectors.joining(", "));
  }
}
