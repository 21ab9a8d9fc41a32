package io.nearside.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that is said of one cache, nearest first. Where settings exclude each other, the nearest
 * layer that has one of them decides, and those of farther layers are overridden.
 *
 * @param own what names this cache: properties, code, the file's template
 * @param shared presets and defaults
 */
record Layers(String cacheName, List<Layer> own, List<Layer> shared) {
  /** Hibernate's region of the times at which tables changed. */
  private static final String TIMESTAMPS = "default-update-timestamps-region";

  /**
   * Orders the layers; the nearest preset lies beneath what names the cache, over defaults. What is
   * for all caches ends no timestamps.
   */
  static Layers of(String cacheName, List<Layer> own, List<Layer> defaults) {
    List<Layer> shared = new ArrayList<>();
    addPreset(shared, own);
    if (isTimestamps(cacheName)) {
      shared.add(Layer.of(Map.of(Setting.ETERNAL, true), Place.code(cacheName)));
    }
    Layer.Assigned preset = first(own, Setting.PRESET);
    shared.addAll(
        preset == null
            ? defaults
            : defaults.stream().map(preset.as(Preset.class)::heeded).toList());
    addPreset(shared, defaults);
    return new Layers(cacheName, own, shared);
  }

  private static void addPreset(List<Layer> target, List<Layer> layers) {
    Layer.Assigned preset = first(layers, Setting.PRESET);
    if (preset != null) {
      target.add(preset.as(Preset.class).layer(preset.place()));
    }
  }

  /** Whether Hibernate keeps there when tables changed. */
  boolean isTimestamps() {
    return isTimestamps(cacheName);
  }

  private static boolean isTimestamps(String cacheName) {
    return cacheName.endsWith(TIMESTAMPS);
  }

  /** What the nearest layer says. */
  Layer.@Nullable Assigned first(Setting setting) {
    Layer.Assigned own = firstOwn(setting);
    return own != null ? own : first(shared, setting);
  }

  /** What the nearest layer says that names this cache. */
  Layer.@Nullable Assigned firstOwn(Setting setting) {
    return first(own, setting);
  }

  boolean flag(Setting setting, boolean byDefault) {
    return value(setting, Boolean.class, byDefault);
  }

  <T> T value(Setting setting, Class<T> type, T byDefault) {
    Layer.Assigned assigned = first(setting);
    return assigned == null ? byDefault : assigned.as(type);
  }

  /** The same, with something nearer still. */
  Layers under(Layer nearest) {
    return new Layers(cacheName, concat(List.of(nearest), own), shared);
  }

  List<Layer> all() {
    return concat(own, shared);
  }

  static <T> List<T> concat(List<T> nearer, List<T> farther) {
    List<T> all = new ArrayList<>(nearer);
    all.addAll(farther);
    return all;
  }

  private static Layer.@Nullable Assigned first(List<Layer> layers, Setting setting) {
    return layers.stream()
        .map(layer -> layer.get(setting))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }
}
