package io.nearside;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.NearsideHealth.Kind;
import io.nearside.NearsideHealth.Problem;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class NearsideHealthTest {

  private static List<String> lines(int problems) {
    return new NearsideHealth(
            Instant.EPOCH,
            IntStream.rangeClosed(1, problems)
                .mapToObj(i ->
                    new Problem(
                        Kind.SWITCHED, "cache" + i, null, Instant.EPOCH, "by hand", "reads"))
                .toList())
        .lines();
  }

  @Test
  void whatPeopleReadIsCapped() {
    assertThat(lines(0)).isEmpty();
    assertThat(lines(50)).hasSize(50).last().asString().contains("\"cache50\"");
    assertThat(lines(53)).hasSize(51).endsWith("and 3 more");
  }
}
