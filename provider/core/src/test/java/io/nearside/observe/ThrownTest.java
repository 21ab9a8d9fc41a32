package io.nearside.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is told of exceptions whose messages may hold keys and values. */
@Tag("any-jdk")
class ThrownTest {
  private static final RuntimeException FIRST = new IllegalArgumentException("secret");
  private static final RuntimeException LAST =
      new IllegalStateException("secret", new RuntimeException("secret", FIRST));

  private static String printed(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void classesAndThePlace() {
    assertThat(Thrown.shown(FIRST))
        .startsWith("java.lang.IllegalArgumentException at io.nearside.observe.ThrownTest.");
    assertThat(Thrown.shown(LAST))
        .startsWith(
            "java.lang.IllegalStateException, caused by java.lang.IllegalArgumentException at"
                + " io.nearside.observe.ThrownTest.")
        .doesNotContain("secret", "\n");
  }

  @Test
  void stackTracesWithoutMessages() {
    assertThat(printed(Thrown.silenced(LAST)))
        .contains("java.lang.IllegalStateException", "java.lang.IllegalArgumentException")
        .contains("at io.nearside.observe.ThrownTest.")
        .doesNotContain("secret");
  }

  @Test
  void causesThatGoRoundHaveAnEnd() {
    RuntimeException one = new IllegalStateException("secret");
    RuntimeException other = new IllegalArgumentException("secret", one);
    one.initCause(other);
    assertThat(Thrown.shown(one)).doesNotContain("secret");
    assertThat(printed(Thrown.silenced(one))).doesNotContain("secret");
  }
}
