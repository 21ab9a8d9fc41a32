package io.nearside.config;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The settings of a cache that may change while it runs. */
public enum Tunable {
  TIME_TO_LIVE(Setting.TIME_TO_LIVE),
  JITTER_RATIO(Setting.JITTER_RATIO),
  LOCAL_TIME_TO_LIVE(Setting.LOCAL_TIME_TO_LIVE),
  LOCAL_MAXIMUM_SIZE(Setting.LOCAL_MAXIMUM_SIZE),
  LOCAL_MAXIMUM_WEIGHT(Setting.LOCAL_MAXIMUM_WEIGHT),
  LOAD_MAXIMUM_CONCURRENT(Setting.LOAD_MAXIMUM_CONCURRENT),
  WRITE_BEHIND_MAXIMUM_DEPTH(Setting.WRITE_BEHIND_MAXIMUM_DEPTH),
  WRITE_BEHIND_BATCH_SIZE(Setting.WRITE_BEHIND_BATCH_SIZE);

  private final Setting setting;

  Tunable(Setting setting) {
    this.setting = setting;
  }

  /** The name of the setting, as in a file. */
  public String path() {
    return setting.path();
  }

  /** Whether a setting is one of them. */
  static boolean has(Setting setting) {
    return Arrays.stream(values()).anyMatch(one -> one.setting == setting);
  }

  /**
   * By its name, or its short one.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  public static Tunable of(String name) {
    return Arrays.stream(values())
        .filter(one -> one.path().equals(name) || one.setting.shorthand().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                Texts.quote(name)
                    + " can't be changed while a cache runs, only "
                    + List.of(values()).stream().map(Tunable::path).toList()
                    + "; change it in the configuration, and restart"));
  }

  /**
   * What is wrong with a value whatever the cache.
   *
   * @throws IllegalArgumentException if it can't be read, or is out of range
   */
  public void check(String value) {
    try {
      Object unused = setting.check(setting.kind().read(value));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path() + " " + e.getMessage(), e);
    }
  }

  /** What is ordered of one cache, as a layer over all others. */
  static Layer layer(String cacheName, Map<Tunable, String> orders) {
    Place place = new Place("", Place.owner(cacheName));
    Map<Setting, Layer.Assigned> assigned = new EnumMap<>(Setting.class);
    orders.forEach((one, value) ->
        assigned.put(one.setting, new Layer.Assigned(one.setting.parse(value, place), place)));
    return new Layer(assigned);
  }
}
