package io.nearside.spring;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** Contexts with the starter, and a bean whose methods are cached. */
final class Runs {
  private Runs() {}

  static ApplicationContextRunner runner() {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(NearsideAutoConfiguration.class, CacheAutoConfiguration.class));
  }

  static ApplicationContextRunner products() {
    return runner()
        .withUserConfiguration(Caching.class)
        .withPropertyValues("nearside.defaults.time-to-live=1h");
  }

  record Product(long id, String name) {}

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  static class Caching {
    @Bean
    Products products() {
      return new Products();
    }
  }

  static class Products {
    private final AtomicInteger calls = new AtomicInteger();
    private volatile CompletableFuture<Product> source;

    /** Methods, as the proxy has no fields. */
    public AtomicInteger calls() {
      return calls;
    }

    public void source(CompletableFuture<Product> answers) {
      source = answers;
    }

    @Cacheable(cacheNames = "products", sync = true)
    public Product find(long id) {
      return made(id);
    }

    @Cacheable("named")
    public Product find(long id, String name) {
      calls.incrementAndGet();
      return new Product(id, name);
    }

    @Cacheable(cacheNames = "products", sync = true)
    public Product failing(long id) throws Exception {
      calls.incrementAndGet();
      throw new java.io.IOException("no database for " + id);
    }

    @Cacheable("products")
    public Product none(long id) {
      calls.incrementAndGet();
      return null;
    }

    @CachePut(cacheNames = "products", key = "#product.id()")
    public Product save(Product product) {
      return product;
    }

    @CacheEvict("products")
    public void delete(long id) {}

    @Cacheable("later")
    public CompletableFuture<Product> later(long id) {
      calls.incrementAndGet();
      return source;
    }

    @Cacheable(cacheNames = "later", sync = true)
    public CompletableFuture<Product> together(long id) {
      CompletableFuture<Product> answers = source;
      calls.incrementAndGet();
      return answers;
    }

    @CacheEvict("later")
    public void deleteLater(long id) {}

    @Cacheable("later")
    public Mono<Product> mono(long id) {
      return Mono.fromSupplier(() -> made(id));
    }

    private Product made(long id) {
      calls.incrementAndGet();
      return new Product(id, "product " + id);
    }
  }
}
