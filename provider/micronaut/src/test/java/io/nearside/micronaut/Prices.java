package io.nearside.micronaut;

import io.micronaut.cache.annotation.CacheInvalidate;
import io.micronaut.cache.annotation.CachePut;
import io.micronaut.cache.annotation.Cacheable;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

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

  @Cacheable(value = "products", parameters = "key")
  CompletableFuture<String> later(String key, CompletionStage<String> source) {
    calls.incrementAndGet();
    return source.toCompletableFuture();
  }

  @Cacheable("products")
  Mono<String> mono(String key) {
    return Mono.fromSupplier(() -> key + calls.incrementAndGet());
  }

  @CachePut(value = "products", parameters = "key")
  CompletableFuture<String> changeLater(String key, String price) {
    return CompletableFuture.completedFuture(price);
  }

  @CacheInvalidate(value = "products", all = true)
  CompletableFuture<Boolean> removeAllLater() {
    return CompletableFuture.completedFuture(true);
  }
}
