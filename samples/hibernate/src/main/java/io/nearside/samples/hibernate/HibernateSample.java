package io.nearside.samples.hibernate;

import java.util.List;

/** Two nodes: what one changes and the other sees, and where its answers come from. */
public final class HibernateSample {
  private static final List<String> QUESTIONS =
      List.of("price 1", "tags 1", "sku bear", "category TOYS", "review 1", "country NL");
  private static final List<String> CHANGES =
      List.of("reprice 1 12", "tag 1 brown", "renumber 2 tram", "move 3 TOYS", "rewrite 1 warm");

  private HibernateSample() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws InterruptedException {
    try (Servers servers = Servers.start("volatile-lru");
        Node first = Node.start(servers.database("shop"), servers.redis());
        Node second = Node.start(servers.database("shop"), servers.redis())) {
      first.ask("seed");
      look("first", first);
      look("second", second);
      for (String change : CHANGES) {
        System.out.printf("%-7s %-16s %s%n", "first", change, first.ask(change));
      }
      look("second", second);
      System.out.printf("%-7s %-16s %s%n", "second", "sku tram", second.ask("sku tram"));
      second.close();
      try (Node again = Node.start(servers.database("shop"), servers.redis())) {
        look("again", again); // a new JVM, a warm cache
      }
    }
  }

  private static void look(String name, Node node) {
    for (String question : QUESTIONS) {
      System.out.printf("%-7s %-16s %s%n", name, question, node.ask(question));
    }
  }
}
