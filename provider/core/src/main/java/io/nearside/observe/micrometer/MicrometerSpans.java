package io.nearside.observe.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.nearside.RemoteUnavailableException;
import io.nearside.observe.Spans;
import io.nearside.observe.Step;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Spans as observations of Micrometer, from which tracers make theirs. Thread-safe. */
public final class MicrometerSpans implements Spans {
  private static final String PREFIX = "nearside.step.";
  private static final String[] NAMES = names();

  private final ObservationRegistry registry;

  /**
   * @param registry an {@link ObservationRegistry}
   */
  public MicrometerSpans(Object registry) {
    this.registry = (ObservationRegistry) registry;
  }

  private static String[] names() {
    String[] names = new String[Step.values().length];
    for (Step step : Step.values()) {
      names[step.ordinal()] = PREFIX + step.name().toLowerCase(Locale.ROOT);
    }
    return names;
  }

  @Override
  public Span begin(Step step, String what, String cache) {
    Observation observation =
        Observation.createNotStarted(NAMES[step.ordinal()], registry)
            .contextualName("nearside " + step.name().toLowerCase(Locale.ROOT) + " " + what)
            .lowCardinalityKeyValue("nearside.what", what)
            .lowCardinalityKeyValue("nearside.cache", cache.isEmpty() ? "none" : cache)
            .start();
    return new Observed(observation, step);
  }

  @Override
  public Runnable carried(Runnable task) {
    Observation current = registry.getCurrentObservation();
    return (current == null) ? task : () -> current.scoped(task);
  }

  /** A failure that tells no more than its class: the messages of others may hold keys. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(Throwable failure) {
      super(failure.getClass().getName(), null, false, false);
    }
  }

  private static final class Observed implements Span {
    private final Observation observation;
    private final Step step;
    private Observation.@Nullable Scope scope;

    Observed(Observation observation, Step step) {
      this.observation = observation;
      this.step = step;
    }

    @Override
    public void enter() {
      scope = observation.openScope();
    }

    @Override
    public void leave() {
      if (scope != null) {
        scope.close();
        scope = null;
      }
    }

    @Override
    public void end(@Nullable Throwable failure) {
      if (failure != null) {
        Throwable shown =
            failure instanceof RemoteUnavailableException ? failure : new Failed(failure);
        observation.error(shown);
        if (step == Step.NETWORK
            && observation.getContextView().getParentObservation() instanceof Observation whole
            && NAMES[Step.OPERATION.ordinal()].equals(whole.getContext().getName())) {
          whole.error(shown);
        }
      }
      observation.stop();
    }
  }
}
