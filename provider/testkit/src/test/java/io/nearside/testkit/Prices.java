package io.nearside.testkit;

import io.nearside.NearsideLoader;
import io.nearside.config.NearsideConfiguration;
import java.time.Duration;
import java.util.function.Function;
import javax.cache.Cache;
import javax.cache.CacheManager;

/** What is tested on the page: prices that a source is asked for at most every ten minutes. */
final class Prices {
  private final Cache<String, Integer> cache;

  Prices(CacheManager manager, Function<String, Integer> source) {
    cache =
        manager.createCache(
            "prices",
            NearsideConfiguration.builder(String.class, Integer.class)
                .timeToLive(Duration.ofMinutes(10))
                .jitter(0)
                .loader((NearsideLoader<String, Integer>) (key, context) -> source.apply(key))
                .build());
  }

  Integer price(String article) {
    return cache.get(article);
  }

  void change(String article, int price) {
    cache.put(article, price);
  }
}
