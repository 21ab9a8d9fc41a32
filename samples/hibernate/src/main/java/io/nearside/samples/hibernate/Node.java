package io.nearside.samples.hibernate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A JVM with a {@link Shop}, asked line by line: how it is started, and its main class. */
final class Node implements AutoCloseable {
  private static final int END_SECONDS = 10;

  private final Process process;
  private final BufferedReader answers;
  private final Writer questions;

  private Node(Process process) {
    this.process = process;
    answers = process.inputReader(UTF_8);
    questions = process.outputWriter(UTF_8);
  }

  /** Starts it and waits until it serves. */
  static Node start(String databaseUrl, String redis) {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dorg.jboss.logging.provider=slf4j",
                "-cp",
                classPath(),
                Node.class.getName(),
                databaseUrl)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("NEARSIDE_REMOTE_ADDRESS", redis);
    try {
      Node node = new Node(builder.start());
      node.answer();
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException("no second JVM starts here", e);
    }
  }

  /** Maven runs programs in its own JVM, by a class loader of theirs. */
  private static String classPath() {
    if (Node.class.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(url -> Path.of(URI.create(url.toString())).toString())
          .collect(Collectors.joining(System.getProperty("path.separator")));
    }
    return System.getProperty("java.class.path");
  }

  /** The answer to one question, such as {@code price 1}; see {@link #answer(Shop, String[])}. */
  synchronized String ask(String question) {
    try {
      questions.write(question + "\n");
      questions.flush();
      return answer();
    } catch (IOException e) {
      throw new UncheckedIOException("the node is gone", e);
    }
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the node ended with " + process.onExit().join().exitValue());
    }
    if (line.startsWith("failed: ")) {
      throw new IllegalStateException(line);
    }
    return line;
  }

  @Override
  public void close() throws InterruptedException {
    try {
      questions.close(); // its sign to end
    } catch (IOException e) {
      // It has ended already.
    }
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  /** The other side: it ends when its input does. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    try (Shop shop = Shop.open(arguments[0], Map.of());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      out.println("ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String said;
        try {
          said = answer(shop, line.split(" "));
        } catch (RuntimeException e) {
          said = "failed: " + e;
        }
        out.println(said.replace('\n', ' '));
        out.flush();
      }
    }
  }

  private static String answer(Shop shop, String[] words) {
    String last = words[words.length - 1];
    switch (words[0]) {
      case "seed" -> shop.seed();
      case "reprice" -> shop.change(id(words), product -> product.reprice(Integer.parseInt(last)));
      case "tag" -> shop.change(id(words), product -> product.tag(last));
      case "renumber" -> shop.change(id(words), product -> product.renumber(last));
      case "move" -> shop.change(id(words), product -> product.move(Category.valueOf(last)));
      case "rewrite" -> shop.rewrite(id(words), last);
      default -> {
        return look(shop, words);
      }
    }
    return "done";
  }

  private static String look(Shop shop, String[] words) {
    long before = shop.statements();
    Object seen =
        switch (words[0]) {
          case "price" -> shop.price(id(words));
          case "tags" -> shop.tags(id(words));
          case "sku" -> shop.idOf(words[1]);
          case "category" -> shop.idsIn(Category.valueOf(words[1]));
          case "review" -> shop.review(id(words));
          case "country" -> shop.country(words[1]);
          default -> throw new IllegalArgumentException("unknown question: " + words[0]);
        };
    long statements = shop.statements() - before;
    return seen + (statements == 0 ? " (cached)" : " (SQL)");
  }

  private static long id(String[] words) {
    return Long.parseLong(words[1]);
  }
}
