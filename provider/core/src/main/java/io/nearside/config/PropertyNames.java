package io.nearside.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The names of the {@code nearside.*} properties, for frameworks that write them in other ways or
 * describe them to editors. Thread-safe.
 */
public final class PropertyNames {
  private static final String PREFIX = "nearside.";
  private static final String CACHES = PREFIX + Schema.CACHES_KEY + ".";
  private static final Map<String, String> OF_MANAGER =
      relaxed(
          Stream.concat(
                  Schema.MANAGER.paths().stream(),
                  Schema.DEFAULTS.paths().stream().map(path -> Schema.DEFAULTS_KEY + "." + path))
              .toList());
  private static final Map<String, String> OF_CACHE = relaxed(Schema.CACHE.paths());

  private PropertyNames() {}

  /**
   * A property that text can say.
   *
   * @param name in full: {@code nearside.defaults.timeToLive}
   * @param type {@code java.lang.Boolean} or {@code java.lang.String}
   * @param values what is legal, in words
   * @param meaning in words; both for people, and not the same in each version
   */
  public record Described(String name, String type, String values, String meaning) {}

  private static Map<String, String> relaxed(Collection<String> paths) {
    return paths.stream().collect(Collectors.toUnmodifiableMap(PropertyNames::plain, path -> path));
  }

  private static String plain(String path) {
    return path.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
  }

  /**
   * The property that is meant by a name that does not heed case, hyphens and underscores: {@code
   * nearside.caches.products.time-to-live}. Names of caches stay as they are.
   *
   * @return the name as it was given if no setting is called so
   */
  public static String canonical(String relaxed) {
    if (!relaxed.startsWith(PREFIX)) {
      return relaxed;
    }
    if (!relaxed.startsWith(CACHES)) {
      String path = OF_MANAGER.get(plain(relaxed.substring(PREFIX.length())));
      return path == null ? relaxed : PREFIX + path;
    }
    for (int dot = pathStart(relaxed); dot >= 0; dot = relaxed.indexOf('.', dot + 1)) {
      String path = OF_CACHE.get(plain(relaxed.substring(dot + 1)));
      if (path != null) {
        return relaxed.substring(0, dot + 1) + path;
      }
    }
    return relaxed;
  }

  /** The first dot that may end the cache's name. */
  private static int pathStart(String relaxed) {
    return relaxed.startsWith("\"", CACHES.length())
        ? relaxed.lastIndexOf("\".") + (relaxed.contains("\".") ? 1 : 0)
        : relaxed.indexOf('.', CACHES.length());
  }

  /** All settings of the manager and of the defaults that this version heeds. */
  public static List<Described> described() {
    return Arrays.stream(Setting.values())
        .filter(setting -> setting.availability() == Availability.NOW)
        .filter(setting -> !setting.kind().isHandedOver())
        .filter(setting -> setting.scope() != Setting.Scope.NAMED_CACHE)
        .map(PropertyNames::describe)
        .toList();
  }

  private static Described describe(Setting setting) {
    boolean shared = setting.scope() == Setting.Scope.ANY_CACHE;
    return new Described(
        PREFIX + (shared ? Schema.DEFAULTS_KEY + "." : "") + setting.path(),
        setting.kind() == Kind.BOOLEAN ? Boolean.class.getName() : String.class.getName(),
        setting.kind().label(),
        setting.meaning());
  }
}
