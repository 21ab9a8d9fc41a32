package io.nearside.nodes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** The tables of the operators' page on failures, each below its fault's title. */
final class Tables {
  private static final String START = "| operation |";

  private Tables() {}

  /** The tables of a page, as far as they are there. */
  static Map<Outage, String> of(String page) {
    Map<Outage, String> tables = new EnumMap<>(Outage.class);
    for (Outage outage : Outage.values()) {
      int from = start(page, outage);
      if (from >= 0) {
        tables.put(outage, page.substring(from, end(page, from)));
      }
    }
    return tables;
  }

  private static int start(String page, Outage outage) {
    int title = page.indexOf("\n### " + outage.title + "\n");
    return title < 0 ? -1 : page.indexOf(START, title);
  }

  private static int end(String page, int from) {
    int end = page.indexOf("\n\n", from);
    return end < 0 ? page.length() : end + 1;
  }

  /** Puts a table in the place of the one that is there. */
  static void write(Path file, Outage outage, String table) throws IOException {
    String page = Files.readString(file);
    int from = start(page, outage);
    if (from < 0) {
      throw new IOException(file + " has no table below \"### " + outage.title + '"');
    }
    Files.writeString(file, page.substring(0, from) + table + page.substring(end(page, from)));
  }
}
