package io.nearside.benchmarks;

/**
 * What a written value says of its write.
 *
 * @param sequence counts the writes of its key
 * @param nanos when the write was called, by {@link System#nanoTime}: all JVMs of a machine read
 *     one clock (on Linux; elsewhere it is not promised)
 */
record Stamp(long sequence, long nanos) {
  private static final int LENGTH = 100;

  /** A text of 100 characters. */
  String text() {
    String head = sequence + ":" + nanos + ":";
    return head + "x".repeat(LENGTH - head.length());
  }

  static Stamp parse(String text) {
    int first = text.indexOf(':');
    int second = text.indexOf(':', first + 1);
    return new Stamp(
        Long.parseLong(text, 0, first, 10), Long.parseLong(text, first + 1, second, 10));
  }
}
