package io.nearside.samples.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules for Prometheus; what checks them comes with it ({@code promtool}). */
@Timeout(120)
class RulesTest {
  private static final Path PAGE = Path.of("../../docs/operations/monitoring.md");

  @Test
  void theRulesAreValid() throws Exception {
    assertThat(promtool("check", "rules", Named.RULES.toString())).contains("SUCCESS");
  }

  @Test
  void theRulesSayWhatTheyShould() throws Exception {
    assertThat(promtool("test", "rules", Named.RULE_TESTS.toString())).contains("SUCCESS");
  }

  @Test
  void eachAlertIsTestedAndHasItsPartOfThePage() throws IOException {
    String tests = Files.readString(Named.RULE_TESTS);
    String page = Files.readString(PAGE);
    List<Map<String, Object>> alerts =
        Named.rules().stream().filter(rule -> rule.containsKey("alert")).toList();
    assertThat(alerts).isNotEmpty();
    for (Map<String, Object> alert : alerts) {
      String name = String.valueOf(alert.get("alert"));
      assertThat(tests).contains("alertname: " + name + "\n        exp_alerts:\n          - ");
      assertThat(page).contains("\n### " + name + "\n");
      assertThat(alert.get("annotations").toString())
          .contains("monitoring.md#" + name.toLowerCase(Locale.ROOT));
    }
  }

  private static String promtool(String... arguments) throws Exception {
    boolean there =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    assumeTrue(there, "promtool is not on the PATH: rules are not checked");
    Path said = Files.createTempFile("promtool", ".txt");
    Process process =
        new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(process.waitFor()).as(Files.readString(said)).isZero();
      return Files.readString(said);
    } finally {
      process.destroyForcibly();
      Files.delete(said);
    }
  }
}
