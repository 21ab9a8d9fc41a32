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
 */
@ConfigurationProperties("nearside.spring")
record NearsideSpringProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("true") boolean transactionAware,
    @DefaultValue("false") boolean tracing) {}
