package io.nearside.config;

import io.nearside.Beans;
import io.nearside.Topology;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
  TEXT("text", Kind::parseText),
  NAME("name", Kind::parseName),
  CLASS("class name", Kind::parseClassName),
  BEAN("name of a class or bean", Kind::parseBeanName),
  TOPOLOGY("`local`, `remote` or `two-tier`", Kind::parseTopology),
  JITTER_MODE("`subtract` or `both`", text -> Choice.of(JitterSettings.Mode.class, text)),
  PRESET("preset's name", Preset::parse),
  REACH("`local` or `cluster`", text -> Choice.of(Reach.class, text)),
  DEGRADED_MODE("`fail-safe` or `fail-fast`", text -> Choice.of(DegradedMode.class, text)),
  AFTER_OUTAGE("`revalidate` or `trust`", text -> Choice.of(AfterOutage.class, text)),
  REFRESH_AHEAD("`xfetch`", Kind::parseRefreshAhead),
  DEGRADED_READS("`source` or `copies`", Kind::parseDegradedReads),
  RECORD_KEYS("`hashed` or `clear`", text -> Choice.of(RecordKeys.class, text)),
  COMPRESSION("`lz4`, `zstd`, `deflate` or `none`", Kind::parseCompression),
  ACKNOWLEDGE("`local` or `replica`", text -> Choice.of(Acknowledge.class, text)),
  WHEN_FULL("`block <duration>` or `fail`", Kind::parseWhenFull),
  CODEC("codec's name", text -> text, Kind::checkCodec),
  PATTERNS("list of classes or packages", Patterns::parse, Patterns::check),
  CLASSES("list of class names", Patterns::parse, Kind::checkClasses),
  ADDRESS("address", RemoteAddress::parse),
  LOCATION("`file:…` or `classpath:…`", Kind::parseLocation),
  DIRECTORY("directory, or `file:…`", Kind::parseDirectory),
  SECRET("text", Secret::parse),
  CLIENT("RedissonClient", text -> text, RemoteSettings.Client::check),
  REGISTRY("`none` or `global`", text -> Choice.of(Registry.class, text)),
  METER_REGISTRY("MeterRegistry", text -> text, MetricsSettings::checkMeterRegistry),
  CLOCK("InstantSource", text -> text, Kind::checkClock),
  BEANS("Beans", text -> text, Kind::checkBeans),
  OBSERVATION_REGISTRY(
      "ObservationRegistry", text -> text, MetricsSettings::checkObservationRegistry),
  MAP("map", Kind::refuseScalar);

  /** Which nodes something is about: this one, or all. */
  enum Reach {
    LOCAL,
    CLUSTER
  }

  /** What a cache does without Redis. */
  enum DegradedMode {
    FAIL_SAFE,
    FAIL_FAST
  }

  /** What becomes of copies that could not be proved fresh for a while. */
  enum AfterOutage {
    REVALIDATE,
    TRUST
  }

  /** Whom reads ask without Redis. */
  enum DegradedReads {
    SOURCE,
    COPIES
  }

  /** As what keys are kept that were read. */
  enum RecordKeys {
    HASHED,
    CLEAR
  }

  /** Which registry of meters there is when none is handed over. */
  enum Registry {
    NONE,
    GLOBAL
  }

  /** Who must have a change before it is acknowledged. */
  enum Acknowledge {
    LOCAL,
    REPLICA
  }

  private static final Pattern NAME_SHAPE = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final Pattern CODEC_SHAPE = Pattern.compile("[a-z][a-z0-9]*+(?:-[a-z0-9]++)*+");
  private static final int LONGEST_CODEC_NAME = 50;
  private static final Pattern LOCATION_SHAPE = Pattern.compile("(?:file|classpath):.+");
  private static final Pattern BEAN_SHAPE = Pattern.compile("[^\\s\\p{Cntrl}]+");
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

  /** Whether its value is an object that only code can hand over. */
  boolean isHandedOver() {
    return switch (this) {
      case CLIENT, METER_REGISTRY, OBSERVATION_REGISTRY, CLOCK, BEANS -> true;
      default -> false;
    };
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException in words that follow the setting's name: {@code must be …}
   */
  Object read(String text) {
    return parser.apply(text);
  }

  /** Checks a value, read or as code gives it; throws as {@link #read} does. */
  Object check(Object value) {
    return check.apply(value);
  }

  private static Object checkClock(Object value) {
    return HandedOver.check(
        value, InstantSource.class.getName(), ", handed over as the property nearside.clock");
  }

  private static Object checkBeans(Object value) {
    return HandedOver.check(
        value, Beans.class.getName(), ", handed over as the property nearside.beans");
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

  private static String parseText(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("is empty: give one or take it out");
    }
    return text;
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

  /** What a framework lets be a name: often with hyphens. */
  private static String parseBeanName(String text) {
    if (!BEAN_SHAPE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "must be the name of a class or bean, without blanks, " + was(text));
    }
    return text;
  }

  /** Names, or in code the classes themselves. */
  private static Object checkClasses(Object value) {
    List<?> classes = (List<?>) value;
    for (Object one : classes) {
      if (one instanceof String name) {
        parseClassName(name);
      }
    }
    return List.copyOf(classes);
  }

  private static Topology parseTopology(String text) {
    return Choice.of(Topology.class, text);
  }

  /** How long to wait; zero for not at all. */
  private static Duration parseWhenFull(String text) {
    if (text.equals("fail")) {
      return Duration.ZERO;
    }
    String[] words = text.trim().split("\\s+");
    if (words.length != 2 || !words[0].equals("block")) {
      throw new IllegalArgumentException(
          "must be fail, or block and for how long (block 2s), " + was(text));
    }
    return Units.duration(words[1]);
  }

  private static RefreshAhead parseRefreshAhead(String text) {
    if (!text.equals(Choice.name(RefreshAhead.XFETCH))) {
      throw new IllegalArgumentException("must be xfetch, " + was(text));
    }
    return RefreshAhead.XFETCH;
  }

  private static DegradedReads parseDegradedReads(String text) {
    return Choice.of(DegradedReads.class, text);
  }

  private static RemoteCacheSettings.Compression.Algorithm parseCompression(String text) {
    return Choice.of(RemoteCacheSettings.Compression.Algorithm.class, text);
  }

  /** Only its shape: codecs of others are found when the cache is made. */
  private static Object checkCodec(Object value) {
    String name = (String) value;
    if (name.length() > LONGEST_CODEC_NAME || !CODEC_SHAPE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "must be a codec's name ("
              + String.join(", ", RemoteCacheSettings.CODECS)
              + "), "
              + was(name));
    }
    return name;
  }

  private static String parseLocation(String text) {
    if (!LOCATION_SHAPE.matcher(text).matches()) {
      throw new IllegalArgumentException("must be file:<path> or classpath:<path>, " + was(text));
    }
    return text;
  }

  private static Path parseDirectory(String text) {
    String path = text.startsWith("file:") ? text.substring("file:".length()) : text;
    if (path.isBlank()) {
      throw new IllegalArgumentException("must name a directory, " + was(text));
    }
    try {
      return Path.of(path).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("must name a directory, " + was(text), e);
    }
  }

  private static Object refuseScalar(String text) {
    throw new IllegalArgumentException("can't be one text, " + was(text));
  }

  private static String was(String text) {
    return "was " + Texts.quote(text);
  }
}
