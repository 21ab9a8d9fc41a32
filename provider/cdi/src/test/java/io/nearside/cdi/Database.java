package io.nearside.cdi;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What the catalogue reads and changes; counts its reads. */
@ApplicationScoped
class Database {
  private final Map<Long, String> products = new TreeMap<>(Map.of(1L, "Tea"));
  private int reads;

  int reads() {
    return reads;
  }

  String find(long id) {
    reads++;
    return products.get(id);
  }

  void rename(long id, String name) {
    products.put(id, name);
  }

  void delete(long id) {
    products.remove(id);
  }

  void importAll() {
    products.put(2L, "Coffee");
  }

  CompletionStage<Integer> stock(long id) {
    reads++;
    return CompletableFuture.supplyAsync(() -> 7);
  }
}
