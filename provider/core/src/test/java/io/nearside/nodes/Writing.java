package io.nearside.nodes;

import org.jspecify.annotations.Nullable;

/**
 * One write in a history; each key has one writer, who does one after the other.
 *
 * @param value null for a removal
 * @param known whether it was acknowledged; if not, it may have happened or not
 * @param invoked nanoseconds of the machine's monotonic clock
 * @param returned likewise
 */
record Writing(
    int node, String key, @Nullable Long value, boolean known, long invoked, long returned) {
  String line() {
    return String.join(
        ",",
        Integer.toString(node),
        key,
        value == null ? "" : value.toString(),
        Boolean.toString(known),
        Long.toString(invoked),
        Long.toString(returned));
  }

  static Writing parse(String line) {
    String[] parts = line.split(",", -1);
    return new Writing(
        Integer.parseInt(parts[0]),
        parts[1],
        parts[2].isEmpty() ? null : Long.valueOf(parts[2]),
        Boolean.parseBoolean(parts[3]),
        Long.parseLong(parts[4]),
        Long.parseLong(parts[5]));
  }
}
