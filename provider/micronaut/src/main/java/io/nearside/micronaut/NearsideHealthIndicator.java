package io.nearside.micronaut;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.endpoint.health.HealthEndpoint;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.nearside.NearsideHealth;
import io.nearside.NearsideManager;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import org.reactivestreams.Publisher;

/**
 * Shows what the caches can't do just now. Always up while the manager is open: a node whose Redis
 * is away can serve, and so can all the others that see the same.
 */
@Singleton
@Requires(classes = HealthIndicator.class)
@Requires(beans = {HealthEndpoint.class, NearsideManager.class})
@Requires(property = HealthEndpoint.PREFIX + ".nearside.enabled", notEquals = "false")
class NearsideHealthIndicator implements HealthIndicator {
  private static final String NAME = "nearside";

  private final NearsideManager manager;

  NearsideHealthIndicator(NearsideManager manager) {
    this.manager = manager;
  }

  @Override
  public Publisher<HealthResult> getResult() {
    return Publishers.just(result());
  }

  private HealthResult result() {
    HealthResult.Builder result = HealthResult.builder(NAME);
    try {
      return result.status(HealthStatus.UP).details(details(manager.health())).build();
    } catch (IllegalStateException closed) {
      return result.status(HealthStatus.DOWN).exception(closed).build();
    }
  }

  private static Map<String, Object> details(NearsideHealth health) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("caches", health.status().name());
    if (!health.problems().isEmpty()) {
      details.put("problems", health.lines());
    }
    return details;
  }
}
