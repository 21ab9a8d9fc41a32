package io.nearside.quarkus;

import io.nearside.NearsideHealth;
import io.nearside.NearsideManager;
import jakarta.inject.Singleton;
import java.util.List;
import javax.cache.CacheManager;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Shows what the caches can't do just now. Always up while the manager is open: a node whose Redis
 * is away can serve, and so can all the others that see the same.
 */
@Readiness
@Singleton
class NearsideHealthCheck implements HealthCheck {
  private static final String NAME = "nearside";

  private final CacheManager manager;

  NearsideHealthCheck(CacheManager manager) {
    this.manager = manager;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(NAME);
    try {
      NearsideHealth health = manager.unwrap(NearsideManager.class).health();
      response.up().withData("caches", health.status().name());
      tell(health.lines(), response);
    } catch (IllegalArgumentException other) { // the application's own, of another provider
      response.up();
    } catch (IllegalStateException closed) {
      response.down().withData("error", String.valueOf(closed.getMessage()));
    }
    return response.build();
  }

  private static void tell(List<String> problems, HealthCheckResponseBuilder response) {
    for (int i = 0; i < problems.size(); i++) {
      response.withData("problem-" + (i + 1), problems.get(i));
    }
  }
}
