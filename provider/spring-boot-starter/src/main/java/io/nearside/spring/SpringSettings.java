package io.nearside.spring;

import io.nearside.config.PropertyNames;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * What the application's properties say of caches, by the library's names. They are only renamed
 * here: which there are, and what is legal, the library alone knows. The environment and system
 * properties are left out, as the manager looks at them itself.
 */
final class SpringSettings {
  private static final String PREFIX = "nearside.";
  private static final String OF_STARTER = "nearside.spring.";
  private static final Set<String> READ_BY_THE_LIBRARY =
      Set.of(
          StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
          StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
  private static final Pattern BRACKETS = Pattern.compile("nearside\\.caches\\[(.+?)](\\..+)");
  private static final Pattern LIST_ITEM = Pattern.compile("(.+)\\[(\\d{1,6})]");
  private static final Pattern NAMED = Pattern.compile("^property (nearside\\.[^:]+?):");

  private final Map<String, String> values = new TreeMap<>();
  private final Map<String, Origin> origins = new HashMap<>();

  private SpringSettings() {}

  /** Sources that come first win, as ever in Spring; names may be written in any of its ways. */
  static SpringSettings of(ConfigurableEnvironment environment) {
    SpringSettings settings = new SpringSettings();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> named
          && !READ_BY_THE_LIBRARY.contains(source.getName())) {
        settings.read(named, environment);
      }
    }
    return settings;
  }

  private void read(EnumerablePropertySource<?> source, ConfigurableEnvironment environment) {
    Map<String, TreeMap<Integer, String>> lists = new LinkedHashMap<>();
    Map<String, Origin> found = new HashMap<>();
    Map<String, String> said = new LinkedHashMap<>();
    for (String name : source.getPropertyNames()) {
      Object value = source.getProperty(name);
      if (!name.startsWith(PREFIX) || name.startsWith(OF_STARTER) || value == null) {
        continue;
      }
      String text = environment.resolveRequiredPlaceholders(value.toString());
      Matcher item = LIST_ITEM.matcher(name);
      String canonical = canonical(item.matches() ? item.group(1) : name);
      if (item.matches()) {
        lists
            .computeIfAbsent(canonical, key -> new TreeMap<>())
            .put(Integer.parseInt(item.group(2)), text);
      } else {
        said.put(canonical, text);
      }
      Origin origin = OriginLookup.getOrigin(source, name);
      if (origin != null) {
        found.putIfAbsent(canonical, origin);
      }
    }
    lists.forEach((name, items) -> said.putIfAbsent(name, String.join(",", items.values())));
    said.forEach((name, value) -> {
      if (values.putIfAbsent(name, value) == null && found.get(name) != null) {
        origins.put(name, Objects.requireNonNull(found.get(name)));
      }
    });
  }

  /** YAML's {@code "[com.shop.Product]"} says where a cache's name ends, as quotes do. */
  private static String canonical(String name) {
    Matcher bracketed = BRACKETS.matcher(name);
    return PropertyNames.canonical(
        bracketed.matches()
            ? "nearside.caches.\""
                + bracketed.group(1).replace("\"", "\"\"")
                + "\""
                + bracketed.group(2)
            : name);
  }

  /** Tells each by its path and value. */
  void forEach(BiConsumer<String, String> setting) {
    values.forEach((name, value) -> setting.accept(name.substring(PREFIX.length()), value));
  }

  /** File and line of the property that a message of the library is about; null if unknown. */
  @Nullable Origin origin(@Nullable String message) {
    Matcher named = NAMED.matcher(message == null ? "" : message);
    return named.find() ? origins.get(named.group(1)) : null;
  }
}
