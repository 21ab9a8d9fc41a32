package io.nearside.remote;

import io.nearside.Nearside;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.cache.Cache;
import javax.cache.CacheManager;

/**
 * The main class of a JVM that has one manager. It waits for a line of input before it closes the
 * manager; the lines that it prints say which threads it has beyond those of a JVM without.
 */
final class IdleNode {
  private static final int CACHES = 3;
  private static final long LONGEST_MILLIS = 20_000;

  private IdleNode() {}

  /** Arguments: address, namespace. */
  public static void main(String[] arguments) throws Exception {
    Bench.hush();
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    CacheManager manager =
        Nearside.builder()
            .address(arguments[0])
            .namespace(arguments[1])
            .set("remote.timeout", "5s")
            .build();
    for (int i = 0; i < CACHES; i++) {
      Cache<String, String> cache =
          manager.createCache("c" + i, Bench.remote(String.class, String.class).build());
      for (int key = 0; key < 1_000; key++) {
        cache.put("k" + key, "v");
      }
      cache.clear();
    }
    System.out.println("idle " + fewest(before, 12));
    System.in.read();
    manager.close();
    System.out.println("closed " + fewest(before, 0));
    System.exit(0);
  }

  /** Threads end a while after their work: looks until there are so few, or no longer. */
  private static String fewest(Set<Thread> before, int enough) throws InterruptedException {
    long end = System.nanoTime() + LONGEST_MILLIS * 1_000_000;
    Set<String> now = names(before);
    while (now.size() > enough && System.nanoTime() < end) {
      Thread.sleep(100);
      now = names(before);
    }
    return now.size() + " " + now;
  }

  private static Set<String> names(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .filter(thread -> !isOfTheJvm(thread.getName()))
        .map(thread -> thread.getName() + "/" + thread.getId())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Of these there is one set for the whole JVM, whoever made it begin. */
  private static boolean isOfTheJvm(String name) {
    return name.startsWith("ForkJoinPool.commonPool")
        || name.startsWith("CompletableFutureDelayScheduler")
        || name.startsWith("fory-")
        || name.equals("Attach Listener")
        || name.equals("process reaper");
  }
}
