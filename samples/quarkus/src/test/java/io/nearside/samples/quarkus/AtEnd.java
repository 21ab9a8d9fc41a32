package io.nearside.samples.quarkus;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import javax.cache.Cache;
import javax.cache.CacheManager;

/** Uses a cache when the application stops. */
@ApplicationScoped
class AtEnd {
  void stopping(@Observes ShutdownEvent event, CacheManager manager) {
    Cache<Long, String> orders = manager.isClosed() ? null : manager.getCache("orders");
    if (orders != null) {
      orders.put(-1L, "last");
    }
  }
}
