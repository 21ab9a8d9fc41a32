package io.nearside.micronaut;

import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertyPlaceholderResolver;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.PropertySource.PropertyConvention;
import io.micronaut.context.env.SystemPropertiesPropertySource;
import java.util.Collection;
import java.util.Comparator;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * What an application's configuration says under {@code nearside}, by the names that stand there:
 * which of them there are is the library's to say. The environment and system properties are left
 * out, as the manager looks at them itself.
 */
final class ConfiguredSettings {
  private static final String PREFIX = "nearside.";

  private final Environment environment;
  private final PropertyPlaceholderResolver placeholders;

  ConfiguredSettings(Environment environment) {
    this.environment = environment;
    this.placeholders = environment.getPlaceholderResolver();
  }

  /** Tells each by its path and value; of what several sources say the nearest comes last. */
  void forEach(BiConsumer<String, Object> setting) {
    environment.getPropertySources().stream()
        .filter(source -> source.getConvention() != PropertyConvention.ENVIRONMENT_VARIABLE)
        .filter(source -> !source.getName().equals(SystemPropertiesPropertySource.NAME))
        .sorted(Comparator.comparingInt(PropertySource::getOrder))
        .forEach(source -> read(source, setting));
  }

  private void read(PropertySource source, BiConsumer<String, Object> setting) {
    for (String name : source) {
      if (name.startsWith(PREFIX)) {
        setting.accept(name.substring(PREFIX.length()), value(source.get(name)));
      }
    }
  }

  /** As the manager takes it: lists have commas. */
  private Object value(Object said) {
    if (said instanceof Collection<?> several) {
      return several.stream().map(String::valueOf).map(this::text).collect(Collectors.joining(","));
    }
    return said instanceof CharSequence ? text(said.toString()) : said;
  }

  private String text(String said) {
    return placeholders.resolveRequiredPlaceholders(said);
  }
}
