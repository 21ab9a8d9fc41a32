package io.nearside.quarkus;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;

/**
 * What an application's configuration says under {@code nearside}, by the names that stand there:
 * which of them there are is the library's to say. What the environment and system properties have
 * the last word on is left out, as the manager looks at them itself.
 */
final class ConfiguredSettings {
  private static final String PREFIX = "nearside.";
  private static final Set<String> READ_BY_THE_MANAGER =
      Set.of("EnvConfigSource", "SysPropConfigSource");

  private ConfiguredSettings() {}

  /** By path. */
  static Map<String, String> of(Config config) {
    Map<String, String> settings = new TreeMap<>();
    for (String name : config.getPropertyNames()) {
      if (name.startsWith(PREFIX)) {
        ConfigValue value = config.getConfigValue(name);
        if (value.getValue() != null && !READ_BY_THE_MANAGER.contains(value.getSourceName())) {
          settings.put(name.substring(PREFIX.length()), value.getValue());
        }
      }
    }
    return settings;
  }
}
