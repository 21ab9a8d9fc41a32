package io.nearside.nodes;

import org.jspecify.annotations.Nullable;

/**
 * One read in a history.
 *
 * @param answer null when the call failed
 * @param invoked nanoseconds of the machine's monotonic clock
 * @param returned likewise
 */
record Reading(int node, String key, @Nullable Answer answer, long invoked, long returned) {
  String line() {
    return String.join(
        ",",
        Integer.toString(node),
        key,
        answer == null || answer.value() == null ? "" : answer.value().toString(),
        answer == null ? "" : answer.tier().name(),
        Boolean.toString(answer != null && answer.fresh()),
        Long.toString(invoked),
        Long.toString(returned));
  }

  static Reading parse(String line) {
    String[] parts = line.split(",", -1);
    Answer answer =
        parts[3].isEmpty()
            ? null
            : new Answer(
                parts[2].isEmpty() ? null : Long.valueOf(parts[2]),
                Answer.Tier.valueOf(parts[3]),
                Boolean.parseBoolean(parts[4]));
    return new Reading(
        Integer.parseInt(parts[0]),
        parts[1],
        answer,
        Long.parseLong(parts[5]),
        Long.parseLong(parts[6]));
  }
}
