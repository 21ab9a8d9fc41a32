package io.nearside;

import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.spi.CachingProvider;

/** What {@link PackagingIT} runs in a fresh JVM: plain JCache, and nothing of this project. */
public final class PackagingProbe {
  private PackagingProbe() {}

  /**
   * Uses one cache and prints what it found.
   *
   * @param arguments the provider's class name, or nothing to let JCache find it
   */
  public static void main(String[] arguments) {
    try (CachingProvider provider =
            arguments.length == 0
                ? Caching.getCachingProvider()
                : Caching.getCachingProvider(arguments[0]);
        CacheManager manager = provider.getCacheManager()) {
      System.out.println("provider=" + provider.getClass().getName());
      System.out.println(provider.getClass().getModule());
      Cache<String, String> cache =
          manager.createCache("probe", new MutableConfiguration<String, String>());
      cache.put("key", "cached");
      System.out.println("value=" + cache.get("key"));
    }
  }
}
