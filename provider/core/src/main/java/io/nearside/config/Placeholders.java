package io.nearside.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Replaces {@code ${NAME}} and {@code ${NAME:default}} by the environment's values. */
final class Placeholders {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*+)(?::([^}]*+))?+}");

  private final Map<String, String> environment;

  Placeholders(Map<String, String> environment) {
    this.environment = environment;
  }

  String replace(String text, Setting setting, Place place) {
    StringBuilder replaced = new StringBuilder();
    Matcher matcher = PLACEHOLDER.matcher(text);
    int end = 0;
    while (matcher.find()) {
      requireNoneBroken(text.substring(end, matcher.start()), setting, place);
      replaced.append(text, end, matcher.start());
      replaced.append(value(matcher.group(1), matcher.group(2), setting, place));
      end = matcher.end();
    }
    requireNoneBroken(text.substring(end), setting, place);
    return replaced.append(text, end, text.length()).toString();
  }

  private String value(String name, @Nullable String byDefault, Setting setting, Place place) {
    String value = environment.getOrDefault(name, byDefault);
    if (value == null) {
      throw place.error(
          setting.path(),
          "needs the environment variable " + name + ": set it, or write ${" + name + ":default}");
    }
    return value;
  }

  private static void requireNoneBroken(String text, Setting setting, Place place) {
    if (text.contains("${")) {
      throw place.error(
          setting.path(),
          "must write placeholders as ${NAME} or ${NAME:default}"
              + (setting.isSecret() ? "" : ", was " + Texts.quote(text)));
    }
  }
}
