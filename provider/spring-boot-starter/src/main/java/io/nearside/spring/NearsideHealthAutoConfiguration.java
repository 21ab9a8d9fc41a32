package io.nearside.spring;

import io.nearside.NearsideManager;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Shows in the actuator's health what of the caches does not work as usual. It is never DOWN: a
 * cache without its Redis is no reason to take a node out of service.
 */
@AutoConfiguration(after = NearsideAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(NearsideManager.class)
@ConditionalOnEnabledHealthIndicator("nearside")
public class NearsideHealthAutoConfiguration {
  /** For Spring. */
  public NearsideHealthAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(name = "nearsideHealthIndicator")
  HealthIndicator nearsideHealthIndicator(NearsideManager manager) {
    return () -> Health.up().withDetails(HealthDetails.of(manager)).build();
  }
}
