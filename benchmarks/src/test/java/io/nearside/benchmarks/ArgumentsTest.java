package io.nearside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nearside.benchmarks.Arguments.Enforcement;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void nothingIsEnforcedUnlessAskedFor() {
    Arguments arguments = Arguments.parse(List.of());

    assertThat(arguments.suite()).isEqualTo(Suite.QUICK);
    assertThat(arguments.enforced()).isEmpty();
    assertThat(arguments.earlier()).isNull();
  }

  @Test
  void everyOptionIsRead() {
    Arguments arguments =
        Arguments.parse(
            List.of(
                "--suite",
                "smoke",
                "--compare",
                "old.json",
                "--tolerance",
                "1.5",
                "--docs",
                "docs",
                "--output",
                "out",
                "--enforce",
                "limits,comparison",
                "--time",
                "cpu"));

    assertThat(arguments)
        .isEqualTo(
            new Arguments(
                Suite.SMOKE,
                Path.of("out"),
                Path.of("docs"),
                Path.of("old.json"),
                1.5,
                Set.of(Enforcement.LIMITS, Enforcement.COMPARISON),
                Arguments.Time.CPU));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arguments.parse(List.of("--siute", "full")))
        .withMessageContaining("--siute");
    assertThatIllegalArgumentException().isThrownBy(() -> Arguments.parse(List.of("--suite")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arguments.parse(List.of("--enforce", "all")));
  }
}
