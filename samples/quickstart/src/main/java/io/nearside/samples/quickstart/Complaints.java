package io.nearside.samples.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Everything that was found wrong: the number of all, the text of the first few. Thread-safe. */
final class Complaints {
  private static final int KEPT = 5;

  private final LongAdder count = new LongAdder();
  private final AtomicInteger kept = new AtomicInteger();
  private final List<String> first = new ArrayList<>();

  void add(String complaint) {
    count.increment();
    if (kept.get() < KEPT && kept.getAndIncrement() < KEPT) {
      synchronized (first) {
        first.add(complaint);
      }
    }
  }

  long count() {
    return count.sum();
  }

  List<String> first() {
    synchronized (first) {
      return List.copyOf(first);
    }
  }
}
