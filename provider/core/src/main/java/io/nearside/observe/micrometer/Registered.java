package io.nearside.observe.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Meters that come and go together. Thread-safe. */
final class Registered implements AutoCloseable {
  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> meters = new CopyOnWriteArrayList<>();

  Registered(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
  }

  /** A count that is looked at when somebody asks. */
  void counter(MeterName name, LongSupplier count, String... own) {
    meters.add(
        FunctionCounter.builder(name.id(), this, unused -> count.getAsLong())
            .tags(tags.and(own))
            .baseUnit(unit(name))
            .description(name.meaning())
            .register(registry));
  }

  /** A figure that is looked at when somebody asks. */
  void gauge(MeterName name, DoubleSupplier figure, String... own) {
    meters.add(
        Gauge.builder(name.id(), figure::getAsDouble)
            .tags(tags.and(own))
            .baseUnit(unit(name))
            .description(name.meaning())
            .register(registry));
  }

  Timer timer(MeterName name, String... own) {
    return timer(name, NO_BUCKETS, own);
  }

  private static final Duration[] NO_BUCKETS = {};

  Timer timer(MeterName name, Duration[] buckets, String... own) {
    Timer.Builder builder =
        Timer.builder(name.id()).tags(tags.and(own)).description(name.meaning());
    Timer timer =
        (buckets.length == 0 ? builder : builder.serviceLevelObjectives(buckets))
            .register(registry);
    meters.add(timer);
    return timer;
  }

  private static @Nullable String unit(MeterName name) {
    return name.unit().isEmpty() ? null : name.unit();
  }

  /** Takes them out of the registry. */
  @Override
  public void close() {
    meters.forEach(registry::remove);
    meters.clear();
  }
}
