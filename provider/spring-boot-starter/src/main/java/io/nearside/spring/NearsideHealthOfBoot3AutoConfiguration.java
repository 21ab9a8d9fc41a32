package io.nearside.spring;

import io.nearside.NearsideManager;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The same for Spring Boot 3, which has its health in other packages. */
@AutoConfiguration(after = NearsideAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(NearsideManager.class)
@ConditionalOnEnabledHealthIndicator("nearside")
public class NearsideHealthOfBoot3AutoConfiguration {
  /** For Spring. */
  public NearsideHealthOfBoot3AutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(name = "nearsideHealthIndicator")
  HealthIndicator nearsideHealthIndicator(NearsideManager manager) {
    return () -> Health.up().withDetails(HealthDetails.of(manager)).build();
  }
}
