package io.nearside.config;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one source (a file, the manager's properties, the system's, the environment) says.
 *
 * @param caches by name or pattern, in the order in which patterns are tried
 */
record Sections(Layer manager, Layer defaults, Map<String, Layer> caches) {
  static final Sections EMPTY = new Sections(Layer.EMPTY, Layer.EMPTY, Map.of());

  /** The settings of a cache: the exact name's, or else those of the first pattern that matches. */
  Layer template(String cacheName) {
    Layer exact = caches.get(cacheName);
    return exact != null ? exact : firstMatch(cacheName);
  }

  private Layer firstMatch(String cacheName) {
    return caches.entrySet().stream()
        .filter(entry -> NamePattern.matches(entry.getKey(), cacheName))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(Layer.EMPTY);
  }

  /** The names that are no patterns. */
  List<String> exactNames() {
    return caches.keySet().stream().filter(name -> !NamePattern.isPattern(name)).toList();
  }

  /** Gathers settings; every mix within one section is checked at the end. */
  static final class Builder {
    private final Map<Setting, Layer.Assigned> manager = new EnumMap<>(Setting.class);
    private final Map<Setting, Layer.Assigned> defaults = new EnumMap<>(Setting.class);
    private final Map<String, Map<Setting, Layer.Assigned>> caches = new LinkedHashMap<>();

    Map<Setting, Layer.Assigned> manager() {
      return manager;
    }

    Map<Setting, Layer.Assigned> defaults() {
      return defaults;
    }

    Map<Setting, Layer.Assigned> cache(String name) {
      return caches.computeIfAbsent(name, unused -> new EnumMap<>(Setting.class));
    }

    Sections build() {
      Map<String, Layer> layers = new LinkedHashMap<>();
      caches.forEach((name, settings) -> {
        Layer layer = checked(settings);
        Mixes.checkPattern(name, layer);
        Tiers.check(layer);
        layers.put(name, layer);
      });
      return new Sections(checked(manager), checked(defaults), layers);
    }

    private static Layer checked(Map<Setting, Layer.Assigned> settings) {
      Layer layer = new Layer(settings);
      Mixes.check(layer);
      return layer;
    }
  }

  /** Puts a value where none was; a second spelling of one setting in one source is refused. */
  static void put(
      Map<Setting, Layer.Assigned> section, Setting setting, @Nullable String text, Place place) {
    setting.requireAvailable(place);
    if (text == null) {
      throw place.error(setting.path(), "has no value: give one or take it out");
    }
    putOnce(section, setting, new Layer.Assigned(setting.parse(text, place), place));
  }

  /** As {@link #put}, with an object that code handed over. */
  static void putObject(
      Map<Setting, Layer.Assigned> section, Setting setting, Object value, Place place) {
    putOnce(section, setting, new Layer.Assigned(setting.checked(value, place), place));
  }

  private static void putOnce(
      Map<Setting, Layer.Assigned> section, Setting setting, Layer.Assigned assigned) {
    if (section.putIfAbsent(setting, assigned) != null) {
      throw assigned.place().error(setting.path(), "is given twice: take one of them out");
    }
  }
}
