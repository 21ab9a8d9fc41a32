package io.nearside.cdi;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;

/** What docs/features/annotations.md shows, from the first annotation on. */
@ApplicationScoped
@CacheDefaults(cacheName = "products")
class Catalogue {
  @Inject Database database;

  @CacheResult
  String find(long id) {
    return database.find(id);
  }

  @CachePut
  void rename(long id, @CacheValue String name) {
    database.rename(id, name);
  }

  @CacheRemove
  void delete(long id) {
    database.delete(id);
  }

  @CacheRemoveAll
  void importAll() {
    database.importAll();
  }

  @CacheResult(cacheName = "stock")
  CompletionStage<Integer> stock(@CacheKey long id, Locale ignored) {
    return database.stock(id);
  }
}
