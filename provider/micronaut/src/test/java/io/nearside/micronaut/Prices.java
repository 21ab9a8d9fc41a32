package io.nearside.micronaut;

import io.micronaut.cache.annotation.CacheInvalidate;
import io.micronaut.cache.annotation.CachePut;
import io.micronaut.cache.annotation.Cacheable;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

@Singleton
class Prices {
  final AtomicInteger calls = new AtomicInteger();

  @Cacheable("products")
  String find(long id) {
    return "price " + calls.incrementAndGet();
  }

  @CachePut(value = "products", parameters = "id")
  String change(long id, String price) {
    return price;
  }

  @CacheInvalidate("products")
  void remove(long id) {}

  @Cacheable("products")
  String find(long id, String currency) {
    return currency + calls.incrementAndGet();
  }

  @Cacheable(value = "products", atomic = true, parameters = "key")
  String once(String key, Supplier<String> source) {
    return source.get();
  }

  @Cacheable(value = "products", atomic = true)
  Optional<String> perhaps(String key) {
    return key.isEmpty() ? Optional.empty() : Optional.of(key + calls.incrementAndGet());
  }
}
