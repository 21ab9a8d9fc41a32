package io.nearside.store.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A Lua script that runs in Redis.
 *
 * @param name of its resource, without folder and ending
 * @param text with what several scripts share before it
 */
record Script(String name, String text) {
  static final Script CHANGE = of("change", "head", "entry", "write");
  static final Script CHANGE_ALL = of("change-all", "head", "entry", "write");
  static final Script FILL = of("fill", "head", "entry", "write");
  static final Script RESERVE = of("reserve", "head", "lease");
  static final Script READ_OR_RESERVE = of("read-or-reserve", "head", "entry", "lease");
  static final Script RENEW = of("renew", "head", "entry");
  static final Script EXPIRE = of("expire", "head", "entry");
  static final Script CLEAR = of("clear", "head");
  static final Script FENCE = of("fence", "head");
  static final Script SWEEP = of("sweep", "head", "entry");
  static final Script TURN = of("turn", "head");
  static final Script LEAVE_TURN = of("leave-turn", "head");
  static final Script TIME = of("time", "head");
  static final Script NAMESPACE = of("namespace");

  private static Script of(String name, String... shared) {
    StringBuilder text = new StringBuilder();
    for (String part : shared) {
      text.append(resource(part));
    }
    return new Script(name, text.append(resource(name)).toString());
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
