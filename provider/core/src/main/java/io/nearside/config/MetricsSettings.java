package io.nearside.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who is shown what a manager's caches do.
 *
 * @param meterRegistry a Micrometer {@code MeterRegistry}; null if none was handed over
 * @param global whether Micrometer's global registry takes its place
 * @param observationRegistry a Micrometer {@code ObservationRegistry}; null for no spans
 * @param summary how often a line in the log sums up; null for never
 * @param server how often Redis is asked for its own figures
 */
public record MetricsSettings(
    @Nullable Object meterRegistry,
    boolean global,
    @Nullable Object observationRegistry,
    @Nullable Duration summary,
    Duration server) {
  /** How often Redis is asked unless something else is said. */
  public static final Duration SERVER = Duration.ofSeconds(15);

  /** Whether there are meters. */
  public boolean hasMeters() {
    return meterRegistry != null || global;
  }

  static Object checkMeterRegistry(Object registry) {
    return HandedOver.check(
        registry,
        "io.micrometer.core.instrument.MeterRegistry",
        ", handed over as the property nearside.meterRegistry (metrics.registry: global takes"
            + " Micrometer's own)");
  }

  static Object checkObservationRegistry(Object registry) {
    return HandedOver.check(
        registry,
        "io.micrometer.observation.ObservationRegistry",
        ", handed over as the property nearside.observationRegistry");
  }
}
