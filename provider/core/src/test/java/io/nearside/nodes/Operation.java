package io.nearside.nodes;

import org.jspecify.annotations.Nullable;

/**
 * One call in a history, with what its caller knows of it.
 *
 * @param thread who called, such as {@code 2.1}
 * @param argument the value to be written, if any
 * @param expected the value compared with, if any
 * @param result what it told; {@link Kind#YES} or {@link Kind#NO} for a boolean
 * @param known whether it told anything: one that threw may have happened or not
 * @param invoked nanoseconds of the machine's monotonic clock
 * @param returned likewise; for one that threw the last instant at which it may have happened
 */
record Operation(
    String thread,
    Kind kind,
    String key,
    @Nullable Long argument,
    @Nullable Long expected,
    @Nullable Long result,
    boolean known,
    long invoked,
    long returned) {

  /** Whatever was there may have been lost once, without anybody's doing. */
  static Operation loss(String key, long from, long to) {
    return new Operation("loss", Kind.CLEAR, key, null, null, null, false, from, to);
  }

  /** The same call, which its caller gave up and the server may still execute for a while. */
  Operation lastingUntil(long instant) {
    return new Operation(thread, kind, key, argument, expected, result, known, invoked, instant);
  }

  /** The same call as it was then, not yet returned. */
  Operation unknownUntil(long instant) {
    return new Operation(thread, kind, key, argument, expected, null, false, invoked, instant);
  }

  /** The same call's part in another key's history. */
  Operation on(String other) {
    return new Operation(thread, kind, other, argument, expected, result, known, invoked, returned);
  }

  String line() {
    return String.join(
        ",",
        thread,
        kind.name(),
        key,
        text(argument),
        text(expected),
        text(result),
        known ? "known" : "unknown",
        Long.toString(invoked),
        Long.toString(returned));
  }

  static Operation parse(String line) {
    String[] parts = line.split(",", -1);
    return new Operation(
        parts[0],
        Kind.valueOf(parts[1]),
        parts[2],
        number(parts[3]),
        number(parts[4]),
        number(parts[5]),
        parts[6].equals("known"),
        Long.parseLong(parts[7]),
        Long.parseLong(parts[8]));
  }

  private static String text(@Nullable Long number) {
    return number == null ? "" : number.toString();
  }

  private static @Nullable Long number(String text) {
    return text.isEmpty() ? null : Long.valueOf(text);
  }
}
