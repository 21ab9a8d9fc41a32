package io.nearside.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Puts figures into the page that people read, between two markers. */
final class Docs {
  static final String BEGIN = "<!-- %sfigures: begin -->";
  static final String END = "<!-- %sfigures: end -->";

  private Docs() {}

  /**
   * @param prefix of the markers and of the picture's name
   */
  static void publish(Path docs, String prefix, String figures, Path chart) throws IOException {
    StringBuilder text = new StringBuilder(figures);
    if (Files.exists(chart)) {
      Path images = Files.createDirectories(docs.resolve("images"));
      String picture = prefix + "benchmarks.png";
      Files.copy(chart, images.resolve(picture), StandardCopyOption.REPLACE_EXISTING);
      text.append("![Operations of all implementations](images/" + picture + ")\n");
    }
    publish(docs, prefix, text.toString());
  }

  /**
   * @param prefix of the markers
   */
  static void publish(Path docs, String prefix, String figures) throws IOException {
    Path page = docs.resolve("benchmarks.md");
    Files.writeString(page, insert(Files.readString(page), prefix, figures));
  }

  /** Replaces what stands between the markers. */
  static String insert(String page, String prefix, String figures) {
    String first = BEGIN.formatted(prefix);
    String last = END.formatted(prefix);
    int begin = page.indexOf(first);
    int end = page.indexOf(last);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("the page has no markers " + first + " and " + last);
    }
    return page.substring(0, begin + first.length()) + "\n" + figures + page.substring(end);
  }
}
