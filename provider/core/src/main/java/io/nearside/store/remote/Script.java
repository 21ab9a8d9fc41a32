package io.nearside.store.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A Lua script that runs in Redis.
 *
 * @param name of its resource, without folder and ending
 * @param text with what several scripts share before it
 */
record Script(String name, String text) {
  private static final Pattern DEFINITION =
      Pattern.compile("^local ([A-Z_]+(?:, [A-Z_]+)*) = ([0-9]+(?:, [0-9]+)*)$", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("\\b[A-Z][A-Z_]+\\b");

  static final Script CHANGE = of("change", "start", "channels", "ready", "head", "decide");
  static final Script CHANGE_ALL =
      of("change-all", "start", "channels", "ready", "head", "decide", "many");
  static final Script CHANGE_AND_QUEUE =
      variant("and-queue", "change", "start", "channels", "ready", "head", "decide", "queue");
  static final Script CHANGE_ALL_AND_QUEUE =
      variant(
          "and-queue",
          "change-all",
          "start",
          "channels",
          "ready",
          "head",
          "decide",
          "queue",
          "many");
  static final Script TAKE_WRITES = of("take-writes", "start");
  static final Script SETTLE_WRITES = of("settle-writes", "start");
  static final Script COMING_WRITES = of("coming-writes", "start");
  static final Script PARKED_WRITES = of("parked-writes", "start");
  static final Script UNPARK_WRITE = of("unpark-write", "start");
  static final Script EVICTION = of("eviction", "start");
  static final Script FILL = of("fill", "start", "channels", "ready", "head", "decide", "many");
  static final Script RESERVE =
      of("reserve", "start", "channels", "head", "raise", "write-head", "entry", "lease");
  static final Script READ_OR_RESERVE =
      of("read-or-reserve", "start", "channels", "head", "raise", "write-head", "entry", "lease");
  static final Script RESERVE_ANEW =
      of("reserve-anew", "start", "channels", "head", "raise", "write-head", "entry", "lease");
  static final Script PROLONG = of("prolong", "start", "head", "raise", "lease");
  static final Script RELEASE_LEASE =
      of("release-lease", "start", "ready", "head", "raise", "lease");
  static final Script LOAD_ROOM = of("load-room", "start");
  static final Script BLANK = of("blank", "start", "ready", "head", "raise", "entry", "lease");
  static final Script MARK =
      of("mark", "start", "channels", "head", "raise", "write-head", "entry", "marks");
  static final Script STORE_MARKED =
      of(
          "store-marked",
          "start",
          "channels",
          "ready",
          "head",
          "raise",
          "entry",
          "marks",
          "decide",
          "many");
  static final Script RELEASE_MARK = of("release-mark", "start", "head", "raise", "entry", "marks");
  static final Script REVIVE =
      of("revive", "start", "channels", "head", "raise", "write-head", "entry");
  static final Script RENEW = of("renew", "start", "channels", "head", "raise", "entry");
  static final Script CONFIRM =
      of("confirm", "start", "channels", "head", "raise", "write-head", "entry");
  static final Script COOL = of("cool", "start", "head", "raise", "entry");
  static final Script EXPIRE = of("expire", "start", "channels", "head", "raise", "entry");
  static final Script CLEAR = of("clear", "start", "channels", "head", "raise", "write-head");
  static final Script TAG = of("tag", "start", "channels", "head", "raise", "write-head");
  static final Script FENCE = of("fence", "start", "channels", "head", "raise", "write-head");
  static final Script SWEEP = of("sweep", "start", "channels", "head", "raise", "entry");
  static final Script TURN = of("turn", "start");
  static final Script LEAVE_TURN = of("leave-turn", "start");
  static final Script TIME = of("time", "start");
  static final Script NAMESPACE = of("namespace");
  static final Script WATCH = of("watch");
  static final Script ORDERS = of("orders");
  static final Script FETCH = bare(of("fetch"));
  static final Script BEAT = of("beat");

  private static Script of(String name, String... shared) {
    StringBuilder text = new StringBuilder();
    for (String part : shared) {
      text.append(resource(part));
    }
    return new Script(name, withLiterals(text.append(resource(name)).toString()));
  }

  /** The same with more that is shared, under a name of its own. */
  private static Script variant(String suffix, String name, String... shared) {
    return new Script(name + "-" + suffix, of(name, shared).text);
  }

  /** Without comments, for what is sent in full. */
  private static Script bare(Script script) {
    return new Script(script.name, script.text.replaceAll("(?m)^--.*\n", ""));
  }

  /** With the numbers in place of their names: locals that functions capture cost every run. */
  private static String withLiterals(String text) {
    Map<String, String> numbers = new HashMap<>();
    String rest =
        DEFINITION
            .matcher(text)
            .replaceAll(definition -> {
              String[] names = definition.group(1).split(", ");
              String[] values = definition.group(2).split(", ");
              for (int i = 0; i < names.length; i++) {
                numbers.put(names[i], values[i]);
              }
              return "";
            });
    return NAME.matcher(rest).replaceAll(name -> numbers.getOrDefault(name.group(), name.group()));
  }

  private static String resource(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("script " + name + ".lua is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("script " + name + ".lua can't be read", e);
    }
  }
}
