package io.nearside.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** What the programs that print one table have in common. */
final class Program {
  private static final int FAILED = 1;
  private static final int WRONG_ARGUMENTS = 2;

  private Program() {}

  /** Makes the table. */
  interface Body {
    String table(Options options) throws IOException, InterruptedException;
  }

  /**
   * Prints the table, puts it into the page if {@code --docs} says where that is, and ends the JVM.
   *
   * @param prefix of the page's markers
   */
  static void run(
      List<String> arguments, Map<String, @Nullable String> known, Body body, String prefix) {
    Options options;
    try {
      options = Options.parse(arguments, known);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(WRONG_ARGUMENTS);
      return;
    }
    System.exit(run(options, body, prefix));
  }

  private static int run(Options options, Body body, String prefix) {
    try {
      String text = RunReport.thisMachine(Arguments.Time.WALL) + ".\n\n" + body.table(options);
      System.out.println(text);
      String docs = options.find("--docs");
      if (docs != null) {
        Docs.publish(Path.of(docs), prefix, text);
      }
      return 0;
    } catch (IOException | IllegalArgumentException | IllegalStateException | CacheException e) {
      System.err.println(e.getMessage());
      if (e.getCause() != null) {
        e.printStackTrace();
      }
      return FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
  }
}
