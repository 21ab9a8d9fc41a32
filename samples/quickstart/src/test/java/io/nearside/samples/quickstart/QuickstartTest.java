package io.nearside.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Tag("any-jdk")
final class QuickstartTest {
  private static final List<String> SMALL =
      List.of("--products=1000", "--seconds=0", "--seed=" + seed());

  private static final String REFUSED =
      "DB refuses +for 2\\.0 s, \\d+ products .* [1-9][0-9,]* reads answered as before, .* 0 wrong;"
          + " all newer versions read";

  private final StringWriter output = new StringWriter();

  @Test
  void oneNodeAnswersRight() {
    int code = run(with("--local", "--threads=4", "--reads=20000"));

    assertThat(code).as(output.toString()).isZero();
    assertThat(output.toString())
        .containsPattern("checked +2\\d,\\d{3} reads of one JVM .* 0 wrong")
        .containsPattern("hit ratio +[1-9]\\d\\.\\d %")
        .containsPattern("on update +put of version \\d+ of product 1000: the next get answers")
        .containsPattern("on not-found .* null twice")
        .containsPattern("stampede +32 callers of one JVM .* 32 queries by hand, 1 by the cache")
        .containsPattern(REFUSED)
        .doesNotContain("invalidation", "Redis was killed", "JVM killed")
        .contains("Every answer was right.");
  }

  @Test
  void twoNodesAnswerRightThoughRedisIsKilled() {
    int code = run(with("--outage=1", "--reads=5000"));

    assertThat(code).as(output.toString()).isZero();
    assertThat(output.toString())
        .containsPattern("checked +\\d+,\\d{3} reads of 2 JVMs .* 0 wrong")
        .containsPattern("answered by +copies in the JVM [1-9]")
        .containsPattern("invalidation +300 puts in one JVM: .* ms \\(p50\\), .* ms \\(p99\\)")
        .containsPattern("Redis killed +for 1\\.\\d s: [1-9].* 0 errors")
        .containsPattern("stampede +64 callers of 2 JVMs .* 64 queries by hand, [12] by the cache")
        .containsPattern(REFUSED)
        .containsPattern("JVM killed +it had put 1,000 notes, .* when it was killed, 1,000 \\d")
        .containsPattern("recovery +copies answer again in both JVMs \\d+\\.\\d s")
        .contains("Every answer was right.");
  }

  @Test
  void alteredValueIsFoundOutByBothNodes() {
    int code = run(with("--corrupt", "--outage=0", "--reads=5000"));

    assertThat(code).as(output.toString()).isEqualTo(1);
    assertThat(output.toString())
        .containsPattern("node 1: product 1, read from the cache .* the database held Product")
        .containsPattern("node 2: product 1, read from the cache .* the database held Product")
        .doesNotContain("Every answer was right.");
  }

  @ParameterizedTest
  @CsvSource({
    "--threads=0, '--threads must be from 1 to 1000, was 0'",
    "--products=1, '--products must be from 2 to 10000000, was 1'",
    "--outage=-1, '--outage must be from 0 to 3600, was -1'",
    "--seconds=-1, '--seconds must be from 0 to 86400, was -1'",
    "--reads=many, '--reads'",
    "--speed=9, '--speed'"
  })
  void badOptionIsNamed(String option, String message) {
    int code = run(List.of(option));

    assertThat(code).isEqualTo(2);
    assertThat(output.toString()).contains(message);
  }

  private static List<String> with(String... arguments) {
    return Stream.concat(SMALL.stream(), Stream.of(arguments)).toList();
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
