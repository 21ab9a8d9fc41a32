package io.nearside.samples.quarkus;

import io.nearside.NearsideManager;
import io.nearside.cdi.CallKey;
import io.nearside.quarkus.CacheNamed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import javax.cache.Cache;
import javax.cache.CacheManager;

/** What the caches have, without a call of a method. */
@Path("/cache")
public class CacheResource {
  @Inject CacheManager manager;
  @Inject NearsideManager nearside;

  @Inject
  @CacheNamed("products")
  Cache<Object, Product> products;

  @GET
  public Iterable<String> names() {
    return manager.getCacheNames();
  }

  @GET
  @Path("/health")
  public String health() {
    return nearside.health().status().name();
  }

  @GET
  @Path("/products/{id}")
  public boolean has(long id) {
    return products.containsKey(CallKey.of(id)); // the key that the annotations make
  }
}
