package io.nearside.config;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one source says of one cache, of all caches, or of the manager. Immutable. */
final class Layer {
  static final Layer EMPTY = new Layer(Map.of());

  private final Map<Setting, Assigned> settings;

  Layer(Map<Setting, Assigned> settings) {
    EnumMap<Setting, Assigned> copy = new EnumMap<>(Setting.class);
    copy.putAll(settings);
    this.settings = Collections.unmodifiableMap(copy);
  }

  /** A layer whose settings all come from one place. */
  static Layer of(Map<Setting, Object> values, Place place) {
    EnumMap<Setting, Assigned> assigned = new EnumMap<>(Setting.class);
    values.forEach((setting, value) -> assigned.put(setting, new Assigned(value, place)));
    return new Layer(assigned);
  }

  /** A value and where it was given. */
  record Assigned(Object value, Place place) {

    <T> T as(Class<T> type) {
      return type.cast(value);
    }
  }

  @Nullable Assigned get(Setting setting) {
    return settings.get(setting);
  }

  Layer without(Set<Setting> some) {
    EnumMap<Setting, Assigned> left = new EnumMap<>(Setting.class);
    left.putAll(settings);
    left.keySet().removeAll(some);
    return new Layer(left);
  }

  Map<Setting, Assigned> settings() {
    return settings;
  }
}
