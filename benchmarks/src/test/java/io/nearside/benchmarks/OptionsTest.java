package io.nearside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void whatIsNotGivenHasItsDefault() {
    Options options = parse("--writes", "5");

    assertThat(options.numbers("--writes")).containsExactly(5);
    assertThat(options.text("--topology")).isEqualTo("two-tier");
    assertThat(options.find("--docs")).isNull();
  }

  @Test
  void numbersMayBeSeveral() {
    assertThat(parse("--writes", "0,100, 1000").numbers("--writes")).containsExactly(0, 100, 1000);
  }

  @Test
  void refusesWhatIsUnknownOrWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--wirtes", "5"))
        .withMessageContaining("--wirtes")
        .withMessageContaining("--writes");
    assertThatIllegalArgumentException().isThrownBy(() -> parse("--writes"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--writes", "5,many").numbers("--writes"))
        .withMessageContaining("--writes")
        .withMessageContaining("many");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse().text("--docs"))
        .withMessageContaining("--docs");
  }

  private static Options parse(String... arguments) {
    Map<String, String> known = new HashMap<>();
    known.put("--writes", "1000");
    known.put("--topology", "two-tier");
    known.put("--docs", null);
    return Options.parse(List.of(arguments), known);
  }
}
