package io.nearside.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Measures the heap that a cache takes for each entry: used heap after full collections, before and
 * after filling it, in a JVM of its own. Keys and the value exist before, so they don't count.
 */
public final class HeapPerEntry {
  private static final int DEFAULT_ENTRIES = 1_000_000;
  private static final int COLLECTIONS = 3;
  private static final String RESULT = "bytes per entry: ";

  private HeapPerEntry() {}

  /**
   * Without arguments measures every implementation with a million entries and prints a table.
   *
   * @param arguments the number of entries; then, to measure in this very JVM, a subject
   */
  public static void main(String[] arguments) throws IOException {
    int entries = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_ENTRIES;
    if (arguments.length > 1) {
      System.out.println(RESULT + measureHere(Subject.named(arguments[1]), entries));
      return;
    }
    System.out.println("| | bytes per entry |\n|---|---:|");
    for (Subject subject : Tables.ALL) {
      Path log = Files.createTempFile("heap", ".log");
      String figure =
          measure(subject, entries, log)
              .map(found -> String.format(Locale.ROOT, "%.1f", found.cost()))
              .orElse("failed, see " + log);
      System.out.println("| " + subject.label() + " | " + figure + " |");
    }
  }

  /** Measures in a new JVM; empty when that failed, and the log says why. */
  static Optional<Measurement> measure(Subject subject, int entries, Path log) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms3g",
                "-Xmx3g",
                "-XX:+UseSerialGC",
                // a thread's buffer counts as used heap, and is worth 17 bytes per entry
                "-XX:-UseTLAB",
                "-cp",
                System.getProperty("java.class.path"),
                HeapPerEntry.class.getName(),
                Integer.toString(entries),
                subject.name())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    return Files.readAllLines(log).stream()
        .filter(line -> line.startsWith(RESULT))
        .map(line -> Double.parseDouble(line.substring(RESULT.length())))
        .map(bytes -> new Measurement(bytes, 0))
        .findFirst();
  }

  private static double measureHere(Subject subject, int entries) {
    // no provider evicts, and all of Caffeine's have their frequency sketch (from half of the
    // bound)
    CacheShape shape = new CacheShape(Payload.SMALL, entries + entries / 2);
    if (subject instanceof CaffeineVariant variant) {
      var cache = variant.open(shape);
      return measure(entries, cache::put, cache::getIfPresent);
    }
    var cache = ((JCacheImplementation) subject).open(shape);
    return measure(entries, cache::put, cache::get);
  }

  private static double measure(
      int entries, BiConsumer<String, Object> put, Function<String, @Nullable Object> get) {
    String[] keys = new String[entries];
    for (int entry = 0; entry < entries; entry++) {
      keys[entry] = "product:" + entry;
    }
    Object value = Payload.SMALL.value(0);
    put.accept("loads the classes", value);
    long before = usedHeap();
    for (String key : keys) {
      put.accept(key, value);
    }
    long after = usedHeap();
    for (String key : keys) {
      if (get.apply(key) == null) {
        throw new IllegalStateException("the cache lost " + key);
      }
    }
    return (double) (after - before) / entries;
  }

  private static long usedHeap() {
    for (int collection = 0; collection < COLLECTIONS; collection++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
