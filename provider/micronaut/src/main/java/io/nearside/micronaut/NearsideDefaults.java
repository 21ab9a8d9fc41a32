package io.nearside.micronaut;

import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.context.ApplicationContextConfigurer;
import io.micronaut.context.env.MapPropertySource;
import io.micronaut.core.order.Ordered;
import java.util.Map;

/**
 * Switches Micronaut's own meters of caches off, as they would count a second time what the manager
 * counts, and by other tags. Anything that the application says of it goes before.
 */
public final class NearsideDefaults implements ApplicationContextConfigurer {
  private static final Map<String, Object> VALUES =
      Map.of("micronaut.metrics.binders.cache.enabled", "false");

  /** For {@link java.util.ServiceLoader}. */
  public NearsideDefaults() {}

  @Override
  public void configure(ApplicationContextBuilder builder) {
    builder.propertySources(
        new MapPropertySource("nearside-defaults", VALUES) {
          @Override
          public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE; // read first, hence overridden by all others
          }
        });
  }
}
