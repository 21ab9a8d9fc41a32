package io.nearside.nodes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** What a node is told to do: {@code name=value} pairs, and results in the same form. */
record Work(Map<String, String> arguments) {
  static Work parse(String line) {
    Map<String, String> pairs = new TreeMap<>();
    for (String pair : line.trim().split(" ")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return new Work(pairs);
  }

  String line() {
    StringBuilder line = new StringBuilder();
    arguments.forEach((name, value) -> line.append(name).append('=').append(value).append(' '));
    return line.toString().trim();
  }

  Work with(String name, Object value) {
    Map<String, String> more = new TreeMap<>(arguments);
    more.put(name, value.toString());
    return new Work(more);
  }

  String text(String name) {
    String value = arguments.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name + " in " + arguments);
    }
    return value;
  }

  long number(String name) {
    return Long.parseLong(text(name));
  }

  /**
   * Waits for the instant, of the monotonic clock that all JVMs share, at which all nodes begin.
   */
  void awaitStart() {
    long start = number("startAt");
    for (long left = start - System.nanoTime(); left > 0; left = start - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Runs a task in as many threads as asked for, and returns what each came to. */
  <T> List<T> inThreads(ThreadTask<T> task) throws InterruptedException, ExecutionException {
    int threads = (int) number("threads");
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<T>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        tasks.add(() -> task.run(number));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : pool.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  interface ThreadTask<T> {
    T run(int number) throws Exception;
  }
}
