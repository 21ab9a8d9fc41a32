package io.nearside.config;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.cache.configuration.Factory;
import javax.cache.expiry.ExpiryPolicy;
import org.jspecify.annotations.Nullable;

/** Decides which of all layers says how long the entries of a cache live. */
final class Expiry {
  private static final JitterSettings DEFAULT_JITTER =
      new JitterSettings(0.1, JitterSettings.Mode.SUBTRACT);
  private static final int DEFAULT_POPULAR = 10;
  private static final int DEFAULT_HOT = 100;

  private final Layers layers;
  private final ClassLoader loader;

  /** The layer that decides; null when nothing is said, which JSR-107 calls eternal. */
  private final @Nullable Layer decisive;

  Expiry(Layers layers, ClassLoader loader) {
    this.layers = layers;
    this.loader = loader;
    this.decisive = findDecisive();
  }

  /** Whether entries live for ever although nobody asked for it. */
  boolean isUnsaid() {
    return decisive == null;
  }

  /** What says that entries don't live for ever; null when they do. */
  @Nullable Setting end() {
    return decisive == null ? null : Mixes.end(decisive);
  }

  ExpirySettings settings() {
    refuseIdleMaximumLife();
    Mixes.Life life = decisive == null ? null : Mixes.life(decisive);
    if (decisive == null || life == null) {
      return ExpirySettings.ETERNAL;
    }
    return switch (life) {
      case POLICY -> ofPolicy(decisive);
      case ETERNAL -> ExpirySettings.ETERNAL;
      case TIMES -> ofTimes(decisive);
    };
  }

  private @Nullable Layer findDecisive() {
    boolean mortal = false;
    for (Layer layer : layers.all()) {
      Mixes.Life life = Mixes.life(layer);
      if (life != null && !(mortal && life == Mixes.Life.ETERNAL)) {
        return layer;
      }
      // A nearer "eternal: false" takes a farther "eternal: true" back.
      mortal |= life == null && layer.get(Setting.ETERNAL) != null;
    }
    return null;
  }

  private ExpirySettings ofTimes(Layer layer) {
    Duration sliding = duration(layer.get(Setting.SLIDING));
    if (sliding != null) {
      Mixes.slidingOrder(layers::first);
    }
    return new ExpirySettings(
        null,
        duration(layer.get(Setting.TIME_TO_LIVE)),
        sliding,
        sliding == null ? null : duration(layers.first(Setting.MAXIMUM_LIFE)),
        Mixes.isAdaptive(layer) ? adaptive() : null,
        jitter());
  }

  /** A cap that nothing slides under would be ignored; farther ones are overridden instead. */
  private void refuseIdleMaximumLife() {
    if (decisive != null && decisive.get(Setting.SLIDING) != null) {
      return;
    }
    for (Layer layer : layers.own()) {
      Layer.Assigned cap = layer.get(Setting.MAXIMUM_LIFE);
      if (cap != null) {
        throw cap.place()
            .error(Setting.MAXIMUM_LIFE.path(), "needs expiry.sliding, which it caps: give it too");
      }
      if (Mixes.life(layer) != null) {
        return;
      }
    }
  }

  private ExpirySettings.Adaptive adaptive() {
    Mixes.adaptiveOrder(this::adaptiveOrDefault);
    return new ExpirySettings.Adaptive(
        required(Setting.ADAPTIVE_MINIMUM),
        required(Setting.ADAPTIVE_MAXIMUM),
        layers.value(Setting.ADAPTIVE_POPULAR, Integer.class, DEFAULT_POPULAR),
        layers.value(Setting.ADAPTIVE_HOT, Integer.class, DEFAULT_HOT));
  }

  private Layer.@Nullable Assigned adaptiveOrDefault(Setting setting) {
    Layer.Assigned assigned = layers.first(setting);
    if (assigned == null && setting == Setting.ADAPTIVE_HOT) {
      return new Layer.Assigned(DEFAULT_HOT, Place.code(layers.cacheName()));
    }
    if (assigned == null && setting == Setting.ADAPTIVE_POPULAR) {
      return new Layer.Assigned(DEFAULT_POPULAR, Place.code(layers.cacheName()));
    }
    return assigned;
  }

  private Duration required(Setting setting) {
    Duration duration = duration(layers.first(setting));
    if (duration == null) {
      throw Place.code(layers.cacheName())
          .error(setting.path(), "is missing: expiry.adaptive needs a minimum and a maximum");
    }
    return duration;
  }

  private static @Nullable Duration duration(Layer.@Nullable Assigned assigned) {
    return assigned == null ? null : assigned.as(Duration.class);
  }

  @SuppressWarnings("unchecked")
  private ExpirySettings ofPolicy(Layer layer) {
    Layer.Assigned assigned = Objects.requireNonNull(layer.get(Setting.EXPIRY_POLICY));
    Factory<? extends ExpiryPolicy> policy =
        assigned.value() instanceof Factory<?> factory
            ? (Factory<? extends ExpiryPolicy>) factory
            : NamedClassFactory.checked(
                assigned, Setting.EXPIRY_POLICY, ExpiryPolicy.class, loader);
    JitterSettings asked =
        layers.firstOwn(Setting.JITTER_RATIO) == null ? JitterSettings.NONE : jitter();
    return new ExpirySettings(policy, null, null, null, null, asked);
  }

  private JitterSettings jitter() {
    double ratio = layers.value(Setting.JITTER_RATIO, Double.class, DEFAULT_JITTER.ratio());
    JitterSettings.Mode mode =
        layers.value(Setting.JITTER_MODE, JitterSettings.Mode.class, DEFAULT_JITTER.mode());
    return ratio == 0 ? JitterSettings.NONE : new JitterSettings(ratio, mode);
  }

  /** The settings of a single layer, for a configuration that no manager has resolved. */
  static ExpirySettings ofLayer(Layer layer) {
    ClassLoader loader = Expiry.class.getClassLoader();
    return new Expiry(Layers.of("", List.of(layer), List.of()), loader).settings();
  }
}
