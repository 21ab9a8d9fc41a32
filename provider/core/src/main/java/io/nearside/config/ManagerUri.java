package io.nearside.config;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a manager's URI says by itself, when it names a Redis and not a file. */
final class ManagerUri {
  private static final List<String> PARAMETERS = List.of("namespace", "topology", "instance");

  /** What can't stand beside an address in the URI. */
  private static final List<Setting> OTHER_ENDPOINTS =
      List.of(Setting.REMOTE_REDISSON, Setting.REDISSON);

  private ManagerUri() {}

  static boolean isRedis(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    return scheme.matches("rediss?(?:\\+(?:sentinel|cluster))?");
  }

  /**
   * The address, the namespace and the topology of a {@code redis:} URI; nothing of another.
   *
   * @throws javax.cache.CacheException if it is malformed or holds what belongs elsewhere
   */
  static Sections read(URI uri) {
    Sections.Builder sections = new Sections.Builder();
    if (isRedis(uri)) {
      String[] parts = uri.toString().split("\\?", 2);
      Place place = new Place("URI " + ConfigurationFile.shown(uri), "");
      sections.manager().put(Setting.REMOTE_ADDRESS, address(parts[0], place));
      if (parts.length == 2) {
        readParameters(parts[1], sections, place);
      }
    }
    return sections.build();
  }

  private static Layer.Assigned address(String text, Place place) {
    try {
      return new Layer.Assigned(RemoteAddress.parse(text), place);
    } catch (IllegalArgumentException malformed) {
      throw place.error(String.valueOf(malformed.getMessage()));
    }
  }

  /** Names, never values, go into messages: a value may be a password in the wrong place. */
  private static void readParameters(String query, Sections.Builder sections, Place place) {
    Set<String> seen = new HashSet<>();
    for (String parameter : query.split("&", -1)) {
      String name = parameter.split("=", 2)[0];
      String value = parameter.substring(Math.min(parameter.length(), name.length() + 1));
      if (!PARAMETERS.contains(name)) {
        throw place.error(
            "unknown parameter "
                + Texts.quote(name)
                + ", "
                + Texts.suggest(name, PARAMETERS, PARAMETERS));
      }
      if (value.isEmpty() || !seen.add(name)) {
        throw place.error(
            "parameter " + name + (value.isEmpty() ? " has no value" : " is given twice"));
      }
      switch (name) {
        case "namespace" -> Sections.put(sections.manager(), Setting.NAMESPACE, value, place);
        case "topology" -> Sections.put(sections.defaults(), Setting.TOPOLOGY, value, place);
        default -> {
          // Any instance will do: it only makes the URI another one.
        }
      }
    }
  }

  /** Refuses properties that say something else: both come from the code that makes the manager. */
  static void check(Sections uri, Sections properties) {
    requireSame(uri.manager(), properties.manager());
    requireSame(uri.defaults(), properties.defaults());
    if (uri.manager().get(Setting.REMOTE_ADDRESS) != null) {
      OTHER_ENDPOINTS.forEach(setting -> refuse(properties.manager().get(setting), setting));
    }
  }

  private static void requireSame(Layer uri, Layer properties) {
    for (Map.Entry<Setting, Layer.Assigned> said : uri.settings().entrySet()) {
      Layer.Assigned other = properties.get(said.getKey());
      if (other != null && !other.value().equals(said.getValue().value())) {
        String problem =
            "must be "
                + shown(said.getValue())
                + " as the manager's URI says, or be left out, was "
                + shown(other);
        throw other.place().error(said.getKey().path(), problem);
      }
    }
  }

  private static String shown(Layer.Assigned assigned) {
    return assigned.value() instanceof Enum<?> constant
        ? Choice.name(constant)
        : assigned.value().toString();
  }

  private static void refuse(Layer.@Nullable Assigned other, Setting setting) {
    if (other != null) {
      throw other
          .place()
          .error(
              setting.path(),
              "can't stand beside the address in the manager's URI: take one of them out");
    }
  }
}
