package io.nearside.spring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the starter itself is told; all that is of caches has its home in the library's settings.
 *
 * @param enabled whether the starter does anything
 * @param transactionAware whether changes by Spring's Cache wait for the commit of the transaction
 *     around them
 * @param tracing whether remote operations and loads make spans by the application's
 *     ObservationRegistry
 * @param asyncThreads most threads that ask caches for methods which answer later; 1 to 1,000
 * @param asyncQueue most of their questions that wait for such a thread; 1 to 1,000,000. Beyond,
 *     methods are called without asking the cache
 */
@ConfigurationProperties("nearside.spring")
record NearsideSpringProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("true") boolean transactionAware,
    @DefaultValue("false") boolean tracing,
    @DefaultValue("8") int asyncThreads,
    @DefaultValue("10000") int asyncQueue) {

  NearsideSpringProperties {
    check("async-threads", asyncThreads, 1_000);
    check("async-queue", asyncQueue, 1_000_000);
  }

  private static void check(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new BadSettingsException(
          "property nearside.spring.%s: must be 1 to %,d, was %,d".formatted(name, most, value));
    }
  }
}
