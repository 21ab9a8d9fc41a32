package io.nearside.micronaut;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Requires;
import io.nearside.Nearside;
import jakarta.inject.Singleton;

/** Has the manager make its meters in the application's registry. */
@Singleton
@Requires(classes = MeterRegistry.class)
@Requires(beans = MeterRegistry.class)
class MetersCustomizer implements NearsideCustomizer {
  private final MeterRegistry registry;

  MetersCustomizer(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void customize(Nearside.Builder manager) {
    manager.meterRegistry(registry);
  }
}
