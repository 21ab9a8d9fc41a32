package io.nearside.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which settings can't stand together; the one home of those rules. */
final class Mixes {
  /** They choose a time to live, and so can't stand beside one. */
  private static final List<Setting> ADAPTIVE =
      List.of(
          Setting.ADAPTIVE_MINIMUM,
          Setting.ADAPTIVE_MAXIMUM,
          Setting.ADAPTIVE_POPULAR,
          Setting.ADAPTIVE_HOT);

  /** Which settings say how long entries live, in the order in which messages blame them. */
  private static final Map<Setting, Life> LIVES = new LinkedHashMap<>();

  static {
    LIVES.put(Setting.EXPIRY_POLICY, Life.POLICY);
    LIVES.put(Setting.TIME_TO_LIVE, Life.TIMES);
    LIVES.put(Setting.ETERNAL, Life.ETERNAL);
    LIVES.put(Setting.SLIDING, Life.TIMES);
    ADAPTIVE.forEach(setting -> LIVES.put(setting, Life.TIMES));
  }

  /** Of reads from copies while Redis is away. */
  static final String IDLE_WHEN_FAILING_FAST =
      "has no effect with degraded.mode fail-fast: take one of them out";

  /** By what a layer says how long entries live. */
  enum Life {
    POLICY,
    ETERNAL,
    TIMES
  }

  private Mixes() {}

  /** Refuses an impossible mix within one layer, at the place of its second part. */
  static void check(Layer layer) {
    oneLife(layer);
    ADAPTIVE.forEach(adaptive -> refuseBeside(layer, Setting.TIME_TO_LIVE, adaptive));
    refuseBeside(layer, Setting.LOCAL_MAXIMUM_SIZE, Setting.LOCAL_MAXIMUM_WEIGHT);
    refuseBeside(layer, Setting.REDISSON, Setting.REMOTE_ADDRESS);
    refuseBeside(layer, Setting.REDISSON, Setting.REMOTE_REDISSON);
    refuseBeside(layer, Setting.REMOTE_ADDRESS, Setting.REMOTE_REDISSON);
    refuseStaleReadsThatFail(layer);
    remoteOrder(layer::get);
    slidingOrder(layer::get);
    adaptiveOrder(layer::get);
  }

  /** Refuses types in a template: the caches that it is for have their types from code. */
  static void checkPattern(String name, Layer layer) {
    if (NamePattern.isPattern(name)) {
      refuseType(layer.get(Setting.KEY_TYPE), Setting.KEY_TYPE);
      refuseType(layer.get(Setting.VALUE_TYPE), Setting.VALUE_TYPE);
    }
  }

  private static void refuseType(Layer.@Nullable Assigned type, Setting setting) {
    if (type != null) {
      throw type.place()
          .error(setting.path(), "can't stand in a pattern, whose caches get types from code");
    }
  }

  private static void oneLife(Layer layer) {
    List<Setting> said =
        LIVES.keySet().stream().filter(setting -> life(layer, setting) != null).toList();
    said.stream()
        .filter(setting -> LIVES.get(setting) != LIVES.get(said.get(0)))
        .forEach(setting -> refuseBeside(layer, said.get(0), setting));
  }

  /** By what this layer says how long entries live; null when it does not. */
  static @Nullable Life life(Layer layer) {
    return LIVES.keySet().stream()
        .map(setting -> life(layer, setting))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** The setting of this layer that gives entries an end; null when none does. */
  static @Nullable Setting end(Layer layer) {
    return LIVES.keySet().stream()
        .filter(setting -> {
          Life life = life(layer, setting);
          return life != null && life != Life.ETERNAL;
        })
        .findFirst()
        .orElse(null);
  }

  /** {@code eternal: false} gives no life by itself. */
  private static @Nullable Life life(Layer layer, Setting setting) {
    Layer.Assigned assigned = layer.get(setting);
    return assigned == null || assigned.value().equals(false) ? null : LIVES.get(setting);
  }

  /** Whether this layer has any of the adaptive settings. */
  static boolean isAdaptive(Layer layer) {
    return ADAPTIVE.stream().anyMatch(setting -> layer.get(setting) != null);
  }

  /** Refuses a cap below what slides under it; settings of several layers can meet here. */
  static void slidingOrder(Function<Setting, Layer.@Nullable Assigned> settings) {
    notUnder(settings, Setting.MAXIMUM_LIFE, Setting.SLIDING, Duration.class);
  }

  /** Refuses minima over maxima; settings of several layers can meet here. */
  static void adaptiveOrder(Function<Setting, Layer.@Nullable Assigned> settings) {
    notUnder(settings, Setting.ADAPTIVE_MAXIMUM, Setting.ADAPTIVE_MINIMUM, Duration.class);
    notUnder(settings, Setting.ADAPTIVE_HOT, Setting.ADAPTIVE_POPULAR, Integer.class);
  }

  /** Refuses minima over maxima of the remote; settings of several layers can meet here. */
  static void remoteOrder(Function<Setting, Layer.@Nullable Assigned> settings) {
    notUnder(
        settings, Setting.REMOTE_POOL_MAXIMUM, Setting.REMOTE_POOL_MINIMUM_IDLE, Integer.class);
    notUnder(
        settings,
        Setting.BREAKER_MAXIMUM_OPEN_DURATION,
        Setting.BREAKER_OPEN_DURATION,
        Duration.class);
  }

  private static <T extends Comparable<T>> void notUnder(
      Function<Setting, Layer.@Nullable Assigned> settings,
      Setting greater,
      Setting less,
      Class<T> type) {
    Layer.Assigned most = settings.apply(greater);
    Layer.Assigned least = settings.apply(less);
    if (most != null && least != null && most.as(type).compareTo(least.as(type)) < 0) {
      String problem = "must be >= " + less.path() + " " + least.value() + ", was " + most.value();
      throw most.place().error(greater.path(), problem);
    }
  }

  private static void refuseStaleReadsThatFail(Layer layer) {
    Layer.Assigned reads = layer.get(Setting.DEGRADED_READS);
    Layer.Assigned mode = layer.get(Setting.DEGRADED_MODE);
    if (reads != null
        && mode != null
        && reads.value() == Kind.DegradedReads.COPIES
        && mode.value() == Kind.DegradedMode.FAIL_FAST) {
      throw reads.place().error(Setting.DEGRADED_READS.path(), IDLE_WHEN_FAILING_FAST);
    }
  }

  private static void refuseBeside(Layer layer, Setting first, Setting second) {
    Layer.Assigned refused = layer.get(second);
    if (layer.get(first) != null && refused != null) {
      String problem =
          refused.value() + " can't stand beside " + first.path() + ": take one of them out";
      throw refused.place().error(second.path(), problem);
    }
  }
}
