package io.nearside.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class QuickstartTest {
  private static final List<String> SMALL =
      List.of("--products=1000", "--reads=20000", "--seconds=0", "--seed=" + seed());

  private final StringWriter output = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"--local", "--threads=4"})
  void everyAnswerIsRight(String topology) {
    int code = run(Stream.concat(SMALL.stream(), Stream.of(topology)).toList());

    assertThat(code).as(output.toString()).isZero();
    assertThat(output.toString())
        .containsPattern("checked +2\\d,\\d{3} reads against the database's history, 0 wrong")
        .containsPattern("hit ratio +[1-9]\\d\\.\\d %")
        .containsPattern("on update +put of version \\d+ of product 1000: the next get answers")
        .containsPattern("on not-found .* null twice")
        .contains("Every answer was right.");
  }

  @Test
  void alteredValueIsFoundOut() {
    List<String> arguments = new ArrayList<>(SMALL);
    arguments.add("--corrupt");

    int code = run(arguments);

    assertThat(code).as(output.toString()).isEqualTo(1);
    assertThat(output.toString())
        .containsPattern(
            "product 1, read from the cache at .* but the database held Product\\[id=1")
        .doesNotContain("Every answer was right.");
  }

  @ParameterizedTest
  @CsvSource({
    "--threads=0, '--threads must be from 1 to 1000, was 0'",
    "--products=1, '--products must be from 2 to 10000000, was 1'",
    "--seconds=-1, '--seconds must be from 0 to 86400, was -1'",
    "--reads=many, '--reads'",
    "--speed=9, '--speed'"
  })
  void badOptionIsNamed(String option, String message) {
    int code = run(List.of(option));

    assertThat(code).isEqualTo(2);
    assertThat(output.toString()).contains(message);
  }

  private int run(List<String> arguments) {
    PrintWriter writer = new PrintWriter(output, true);
    return new CommandLine(new Quickstart())
        .setOut(writer)
        .setErr(writer)
        .execute(arguments.toArray(String[]::new));
  }

  private static long seed() {
    return Long.getLong("test.seed", System.nanoTime() % 1_000_000);
  }
}
