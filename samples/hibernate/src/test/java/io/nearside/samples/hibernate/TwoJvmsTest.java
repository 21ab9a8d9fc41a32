package io.nearside.samples.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What one JVM changes, the other sees at its next transaction. */
@Tag("any-jdk")
class TwoJvmsTest {
  @Test
  void aNodeSeesWhatAnotherHasChangedAndARestartedOneFindsAWarmCache() throws InterruptedException {
    try (Servers servers = Servers.start("volatile-lru");
        Node first = Node.start(servers.database("shop"), servers.redis());
        Node second = Node.start(servers.database("shop"), servers.redis())) {
      first.ask("seed");
      for (String question :
          new String[] {"price 1", "tags 1", "sku train", "category TOYS", "country NL"}) {
        first.ask(question);
        String answer = first.ask(question);
        assertThat(answer).endsWith("(cached)");
        assertThat(second.ask(question)).as("on the other node: " + question).isEqualTo(answer);
      }

      first.ask("reprice 1 12");
      first.ask("tag 1 brown");
      first.ask("renumber 2 tram");
      first.ask("move 3 TOYS");

      assertThat(second.ask("price 1")).startsWith("12");
      assertThat(second.ask("tags 1")).startsWith("[brown]");
      assertThat(second.ask("sku train")).startsWith("0");
      assertThat(second.ask("sku tram")).startsWith("2");
      assertThat(second.ask("category TOYS")).startsWith("[1, 2, 3]");
      second.ask("reprice 1 13"); // no OptimisticLockException
      assertThat(first.ask("price 1")).startsWith("13");
      assertThat(first.ask("category TOYS")).isEqualTo("[1, 2, 3] (SQL)"); // a product has changed

      first.close();
      second.close();
      try (Node again = Node.start(servers.database("shop"), servers.redis())) {
        assertThat(again.ask("price 1")).isEqualTo("13 (cached)");
        assertThat(again.ask("category TOYS")).isEqualTo("[1, 2, 3] (cached)");
        assertThat(again.ask("country NL")).isEqualTo("Netherlands (cached)");
      }
    }
  }
}
