package io.nearside.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.cache.CacheException;

/**
 * Reads {@code nearside.*} properties and {@code NEARSIDE_*} variables into settings. The name of a
 * cache ends where the longest known setting begins; a name in double quotes (a quote in it
 * doubled) may end as it likes: {@code nearside.caches."a.local".timeToLive}.
 */
final class PropertyReader {
  private static final String PREFIX = "nearside.";
  private static final String DEFAULTS = PREFIX + Schema.DEFAULTS_KEY + ".";
  private static final String CACHES = PREFIX + Schema.CACHES_KEY + ".";
  private static final String VARIABLES = "NEARSIDE_";

  /** What a framework's integration says to itself. */
  private static final List<String> FOREIGN = List.of(PREFIX + "spring.");

  private static final List<String> FOREIGN_VARIABLES =
      FOREIGN.stream().map(Texts::screaming).toList();

  /** Kubernetes makes these for every service, also for one that is called nearside-something. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "NEARSIDE_(?:[A-Z0-9_]*_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?"
              + "|PORT(?:_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)");

  /** By property name: every setting of the manager and of the defaults. */
  private static final Map<String, Known> KNOWN = new LinkedHashMap<>();

  /** The same by variable name. */
  private static final Map<String, Known> VARIABLE_NAMES = new HashMap<>();

  static {
    Schema.MANAGER.paths().forEach(path -> KNOWN.put(PREFIX + path, new Known(false, path)));
    Schema.DEFAULTS.paths().forEach(path -> KNOWN.put(DEFAULTS + path, new Known(true, path)));
    KNOWN.forEach((name, known) -> VARIABLE_NAMES.put(Texts.screaming(name), known));
  }

  /** Properties have no order, so the more precise pattern is tried first. */
  private static final Comparator<CacheProperty> PRECISE_FIRST =
      Comparator.comparingInt(CacheProperty::precision)
          .reversed()
          .thenComparing(CacheProperty::cacheName);

  private final String source;
  private final Sections.Builder sections = new Sections.Builder();

  private PropertyReader(String source) {
    this.source = source;
  }

  /** The properties that were handed to the manager. */
  static Sections properties(Properties properties) {
    return new PropertyReader("property").read(flatten(properties));
  }

  /** The properties of the JVM. */
  static Sections systemProperties(Properties properties) {
    return new PropertyReader("system property").read(flatten(properties));
  }

  /** The environment, which has settings of the manager and defaults but none of single caches. */
  static Sections environment(Map<String, String> environment) {
    PropertyReader reader = new PropertyReader("environment variable");
    new TreeMap<>(environment)
        .forEach((name, value) -> {
          if (name.startsWith(VARIABLES)
              && FOREIGN_VARIABLES.stream().noneMatch(name::startsWith)
              && !SERVICE_LINK.matcher(name).matches()) {
            reader.readKnown(name, value, VARIABLE_NAMES);
          }
        });
    return reader.sections.build();
  }

  /** The settings of the manager and the defaults by their variables' names. */
  static Map<String, Known> variables() {
    return Collections.unmodifiableMap(VARIABLE_NAMES);
  }

  /** Later names shadow no earlier ones: properties may have defaults, and values of any class. */
  private static Map<String, Object> flatten(Properties properties) {
    Map<String, Object> flat = new TreeMap<>();
    properties.stringPropertyNames().forEach(name -> flat.put(name, properties.getProperty(name)));
    properties.forEach((name, value) -> flat.putIfAbsent(String.valueOf(name), value));
    flat.keySet()
        .removeIf(name -> !name.startsWith(PREFIX) || FOREIGN.stream().anyMatch(name::startsWith));
    return flat;
  }

  private Sections read(Map<String, Object> properties) {
    List<CacheProperty> ofCaches = new ArrayList<>();
    properties.forEach((name, value) -> {
      if (name.startsWith(CACHES)) {
        ofCaches.add(cacheProperty(name, value));
      } else {
        readKnown(name, value, KNOWN);
      }
    });
    ofCaches.sort(PRECISE_FIRST);
    ofCaches.forEach(this::readOfCache);
    return sections.build();
  }

  private void readKnown(String name, Object value, Map<String, Known> knownNames) {
    Known known = knownNames.get(name);
    if (known == null) {
      throw place(name, "").error("unknown name, " + suggest(name, knownNames.keySet()));
    }
    Schema schema = known.ofDefaults ? Schema.DEFAULTS : Schema.MANAGER;
    Place place = place(name, known.ofDefaults ? Schema.DEFAULTS_KEY : "");
    var section = known.ofDefaults ? sections.defaults() : sections.manager();
    put(section, schema, known.path, value, place);
  }

  private static String suggest(String name, Collection<String> known) {
    return Texts.suggest(
        name, known, List.of("namespace, defaults.<setting> and, as properties, caches.<name>.…"));
  }

  private void readOfCache(CacheProperty property) {
    Place place = place(property.name, Place.owner(property.cacheName));
    put(sections.cache(property.cacheName), Schema.CACHE, property.path, property.value, place);
  }

  private static void put(
      Map<Setting, Layer.Assigned> section, Schema schema, String path, Object value, Place place) {
    Setting setting = schema.get(path);
    if (setting.kind().isHandedOver()) {
      Sections.putObject(section, setting, value, place);
    } else {
      Sections.put(section, setting, text(setting, value, place), place);
    }
  }

  private static String text(Setting setting, Object value, Place place) {
    setting.requireAvailable(place);
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw place.error(setting.path(), "must be a String, was a " + value.getClass().getName());
  }

  private CacheProperty cacheProperty(String name, Object value) {
    String rest = name.substring(CACHES.length());
    CacheProperty property =
        rest.startsWith("\"") ? quoted(name, rest, value) : unquoted(name, rest, value);
    if (property.cacheName.isEmpty()) {
      throw place(name, "").error("a cache's name can't be empty");
    }
    return property;
  }

  /** The first dot after which a known setting stands leaves the longest setting. */
  private CacheProperty unquoted(String name, String rest, Object value) {
    for (int dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.', dot + 1)) {
      if (Schema.CACHE.find(rest.substring(dot + 1)) != null) {
        return new CacheProperty(name, rest.substring(0, dot), rest.substring(dot + 1), value);
      }
    }
    throw endsUnknown(name, rest.substring(rest.lastIndexOf('.') + 1));
  }

  private CacheProperty quoted(String name, String rest, Object value) {
    int end = 1;
    while (end < rest.length() && !isClosingQuote(rest, end)) {
      end += rest.charAt(end) == '"' ? 2 : 1;
    }
    if (end >= rest.length() || !rest.startsWith("\".", end)) {
      throw place(name, "").error("must be written nearside.caches.\"name\".setting");
    }
    String path = rest.substring(end + 2);
    if (Schema.CACHE.find(path) == null) {
      throw endsUnknown(name, path);
    }
    return new CacheProperty(name, rest.substring(1, end).replace("\"\"", "\""), path, value);
  }

  private static boolean isClosingQuote(String rest, int index) {
    return rest.charAt(index) == '"' && !rest.startsWith("\"\"", index);
  }

  private CacheException endsUnknown(String name, String end) {
    Collection<String> legal = Schema.CACHE.root().keys();
    return place(name, "")
        .error("ends in no known setting, " + Texts.suggest(end, Schema.CACHE.paths(), legal));
  }

  private Place place(String name, String owner) {
    return new Place(source + " " + Texts.visible(name), owner);
  }

  /** Where a setting of the manager or the defaults stands. */
  record Known(boolean ofDefaults, String path) {}

  private record CacheProperty(String name, String cacheName, String path, Object value) {

    /** How much of the name is no pattern. */
    int precision() {
      return NamePattern.isPattern(cacheName)
          ? (int) cacheName.chars().filter(c -> c != '*' && c != '?').count()
          : Integer.MAX_VALUE;
    }
  }
}
