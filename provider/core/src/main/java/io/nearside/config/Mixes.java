package io.nearside.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which settings can't stand together; the one home of those rules. */
final class Mixes {
  /** Each says by itself how long entries live: one layer gives one at most. */
  static final List<Setting> LIVES =
      List.of(
          Setting.EXPIRY_POLICY,
          Setting.TIME_TO_LIVE,
          Setting.ETERNAL,
          Setting.SLIDING,
          Setting.ADAPTIVE_MINIMUM,
          Setting.ADAPTIVE_MAXIMUM,
          Setting.ADAPTIVE_POPULAR,
          Setting.ADAPTIVE_HOT);

  private static final Map<Setting, Setting> ONE_OF =
      Map.of(
          Setting.ADAPTIVE_MAXIMUM, Setting.ADAPTIVE_MINIMUM,
          Setting.ADAPTIVE_POPULAR, Setting.ADAPTIVE_MINIMUM,
          Setting.ADAPTIVE_HOT, Setting.ADAPTIVE_MINIMUM);

  private Mixes() {}

  /** Refuses an impossible mix within one layer, at the place of its second part. */
  static void check(Layer layer) {
    life(layer);
    if (layer.get(Setting.LOCAL_MAXIMUM_SIZE) != null) {
      refuse(layer.get(Setting.LOCAL_MAXIMUM_WEIGHT), "local.maximumWeight", "local.maximumSize");
    }
    slidingOrder(layer::get);
    adaptiveOrder(layer::get);
  }

  /** The setting that says how long entries live in this layer; adaptive ones count as one. */
  static @Nullable Setting life(Layer layer) {
    Setting found = null;
    for (Setting setting : LIVES) {
      Layer.Assigned assigned = layer.get(setting);
      if (assigned == null || Boolean.FALSE.equals(assigned.value())) {
        continue;
      }
      Setting life = ONE_OF.getOrDefault(setting, setting);
      if (found != null && found != life) {
        refuse(assigned, setting.path(), found.path());
      }
      found = life;
    }
    return found;
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

  private static void refuse(Layer.@Nullable Assigned second, String name, String other) {
    if (second != null) {
      String problem = second.value() + " can't stand beside " + other + ": take one of them out";
      throw second.place().error(name, problem);
    }
  }
}
