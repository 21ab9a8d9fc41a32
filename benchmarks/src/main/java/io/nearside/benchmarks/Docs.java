package io.nearside.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Puts figures into the page that people read, between two markers. */
final class Docs {
  static final String BEGIN = "<!-- figures: begin -->";
  static final String END = "<!-- figures: end -->";

  private Docs() {}

  static void publish(Path docs, String figures, Path chart) throws IOException {
    Path page = docs.resolve("benchmarks.md");
    StringBuilder text = new StringBuilder(figures);
    if (Files.exists(chart)) {
      Path images = Files.createDirectories(docs.resolve("images"));
      Files.copy(chart, images.resolve("benchmarks.png"), StandardCopyOption.REPLACE_EXISTING);
      text.append("![Operations of all implementations](images/benchmarks.png)\n");
    }
    Files.writeString(page, insert(Files.readString(page), text.toString()));
  }

  /** Replaces what stands between the markers. */
  static String insert(String page, String figures) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("the page has no markers " + BEGIN + " and " + END);
    }
    return page.substring(0, begin + BEGIN.length()) + "\n" + figures + page.substring(end);
  }
}
