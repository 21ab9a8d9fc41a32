package io.nearside.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says at the start what is wrong, instead of a stack trace; found by Spring Boot. Asked before
 * those that know of causes such as a circle of beans, but not of the setting that closes it.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class BadSettingsAnalyzer extends AbstractFailureAnalyzer<BadSettingsException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, BadSettingsException cause) {
    return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
  }
}
