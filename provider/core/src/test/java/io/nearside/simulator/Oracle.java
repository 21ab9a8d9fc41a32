package io.nearside.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers what each key was on each server that accepted changes for it. A value that was evicted
 * counts on until something else takes its place: nobody can have noticed.
 */
final class Oracle {
  static final long ABSENT = 0;
  private static final long KEPT_NANOS = 600_000_000_000L;

  private final Map<Integer, List<Span>> spans = new HashMap<>();

  /** A server held a value between two moments. */
  private static final class Span {
    final SimServer server;
    final long value;
    final long from;
    long to = Long.MAX_VALUE;

    Span(SimServer server, long value, long from) {
      this.server = server;
      this.value = value;
      this.from = from;
    }
  }

  /** From now on the key is that on the server, and nothing else. */
  void becomes(SimServer server, int key, long value, long now) {
    ends(server, key, now);
    spans.computeIfAbsent(key, k -> new ArrayList<>()).add(new Span(server, value, now));
  }

  /** From now on it may be absent too. */
  void evicted(SimServer server, int key, long now) {
    spans.computeIfAbsent(key, k -> new ArrayList<>()).add(new Span(server, ABSENT, now));
  }

  /** The server is none of the key's authorities any more. */
  void ends(SimServer server, int key, long now) {
    List<Span> all = spans.computeIfAbsent(key, k -> new ArrayList<>());
    all.removeIf(span -> span.to < now - KEPT_NANOS);
    for (Span span : all) {
      if (span.server == server && span.to == Long.MAX_VALUE) {
        span.to = now;
      }
    }
  }

  /** Whether some authority of the key held the value at some instant since then. */
  boolean held(int key, long value, long since) {
    for (Span span : spans.getOrDefault(key, List.of())) {
      if (span.value == value && span.to >= since) {
        return true;
      }
    }
    return false;
  }

  String history(int key, long now) {
    StringBuilder text = new StringBuilder();
    for (Span span : spans.getOrDefault(key, List.of())) {
      text.append(
          String.format(
              "%n  %s value %d from %.3f ms to %s",
              span.server,
              span.value,
              (span.from - now) / 1e6,
              span.to == Long.MAX_VALUE ? "now" : String.format("%.3f ms", (span.to - now) / 1e6)));
    }
    return text.toString();
  }
}
