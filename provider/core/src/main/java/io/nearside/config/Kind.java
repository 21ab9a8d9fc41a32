package io.nearside.config;

import io.nearside.Topology;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The type of a setting: how its text is read and which values are legal. */
@SuppressWarnings("ImmutableEnumChecker") // its functions are, as they hold nothing
enum Kind {
  DURATION("duration", Units::duration, value -> Units.duration((Duration) value)),
  SIZE("size", Units::size, value -> Units.positive((Long) value)),
  RATIO("ratio", Units::ratio, value -> Units.ratio((Double) value)),
  COUNT("count", Units::count, value -> Units.positive((Long) value)),
  INTEGER("count", Units::count, Kind::checkInteger),
  BOOLEAN("true or false", Kind::parseBoolean),
  TEXT("text", text -> text),
  NAME("name", Kind::parseName),
  CLASS("class name", Kind::parseClassName),
  TOPOLOGY("`local`, `remote` or `two-tier`", Kind::parseTopology, Kind::checkTopology),
  JITTER_MODE("`subtract` or `both`", Kind::parseJitterMode),
  PRESET("preset's name", Preset::parse, Kind::checkPreset),
  LIST("list", Kind::refuseScalar),
  MAP("map", Kind::refuseScalar),
  OBJECT("object", Kind::refuseScalar);

  private static final Pattern NAME_SHAPE = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final Pattern CLASS_SHAPE =
      Pattern.compile(
          "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*+"
              + "(?:\\.\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*+)*+");

  private final String label;
  private final Function<String, ?> parser;
  private final UnaryOperator<Object> check;

  Kind(String label, Function<String, ?> parser) {
    this(label, parser, value -> value);
  }

  Kind(String label, Function<String, ?> parser, UnaryOperator<Object> check) {
    this.label = label;
    this.parser = parser;
    this.check = check;
  }

  /** What users call it in the documentation. */
  String label() {
    return label;
  }

  /**
   * Reads and checks a text.
   *
   * @throws IllegalArgumentException in words that follow the setting's name: {@code must be …}
   */
  Object parse(String text) {
    return check(parser.apply(text));
  }

  /** Checks a value that needs no reading, as code gives it; throws as {@link #parse} does. */
  Object check(Object value) {
    return check.apply(value);
  }

  private static Object checkInteger(Object value) {
    long number = Units.positive(((Number) value).longValue());
    if (number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("must be at most 2147483647, was " + number);
    }
    return (int) number;
  }

  private static Object parseBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be true or false, " + was(text));
    };
  }

  private static String parseName(String text) {
    if (!NAME_SHAPE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "must be 1 to 100 letters, digits, dots, hyphens or underscores, " + was(text));
    }
    return text;
  }

  private static String parseClassName(String text) {
    if (!CLASS_SHAPE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "must be a class name such as com.shop.Product, " + was(text));
    }
    return text;
  }

  private static Topology parseTopology(String text) {
    return Arrays.stream(Topology.values())
        .filter(topology -> id(topology).equals(text))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("must be local, remote or two-tier, " + was(text)));
  }

  private static Object checkTopology(Object value) {
    if (value != Topology.LOCAL) {
      throw new IllegalArgumentException(
          "was " + id((Topology) value) + ": " + Availability.REMOTE.reason() + "; write local");
    }
    return value;
  }

  private static JitterSettings.Mode parseJitterMode(String text) {
    return switch (text) {
      case "subtract" -> JitterSettings.Mode.SUBTRACT;
      case "both" -> JitterSettings.Mode.BOTH;
      default -> throw new IllegalArgumentException("must be subtract or both, " + was(text));
    };
  }

  private static Object checkPreset(Object value) {
    if (value == Preset.STRICT) {
      throw new IllegalArgumentException(
          "was strict: " + Availability.REMOTE.reason() + "; take it out");
    }
    return value;
  }

  private static Object refuseScalar(String text) {
    throw new IllegalArgumentException("can't be one text, " + was(text));
  }

  private static String id(Topology topology) {
    return topology.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String was(String text) {
    return "was " + Texts.quote(text);
  }
}
