package io.nearside.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at the start what is wrong, instead of a stack trace; found by Spring Boot. */
class BadSettingsAnalyzer extends AbstractFailureAnalyzer<BadSettingsException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, BadSettingsException cause) {
    return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
  }
}
