package io.nearside.remote;

import io.nearside.Nearside;
import java.util.BitSet;
import java.util.Iterator;
import javax.cache.Cache;
import javax.cache.CacheManager;

/**
 * The main class of a JVM with a small heap that walks over a cache of many entries, whose keys are
 * numbers. Its last line says what it met: the distinct keys below the limit, how many keys it met
 * twice, and the largest heap in use, in MiB.
 */
final class Walker {
  private static final int LOOK = 50_000;

  private Walker() {}

  /** Arguments: address, namespace, cache, limit of the keys to count. */
  public static void main(String[] arguments) {
    Bench.hush();
    int limit = Integer.parseInt(arguments[3]);
    try (CacheManager manager =
        Nearside.builder()
            .address(arguments[0])
            .namespace(arguments[1])
            .set("remote.timeout", "5s")
            .build()) {
      Cache<Long, byte[]> cache =
          manager.createCache(
              arguments[2], Bench.remote(Long.class, byte[].class).codec("bytes").build());
      BitSet seen = new BitSet();
      int twice = 0;
      int met = 0;
      long most = 0;
      Iterator<Cache.Entry<Long, byte[]>> entries = cache.iterator();
      while (entries.hasNext()) {
        int key = Math.toIntExact(entries.next().getKey());
        if (seen.get(key)) {
          twice++;
        }
        seen.set(key);
        if (++met % LOOK == 0) {
          Runtime heap = Runtime.getRuntime();
          most = Math.max(most, heap.totalMemory() - heap.freeMemory());
        }
      }
      System.out.println(
          "walked " + seen.get(0, limit).cardinality() + " " + twice + " " + (most >> 20));
    }
  }
}
