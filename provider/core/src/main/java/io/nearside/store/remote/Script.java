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
  static final Script CHANGE = of("change", "start", "channels", "head", "decide", "part");
  static final Script CHANGE_ALL =
      of("change-all", "start", "channels", "head", "decide", "part", "many");
  static final Script FILL = of("fill", "start", "channels", "head", "decide", "part", "many");
  static final Script RESERVE = of("reserve", "start", "head", "raise", "lease");
  static final Script READ_OR_RESERVE =
      of("read-or-reserve", "start", "head", "raise", "entry", "lease");
  static final Script RENEW = of("renew", "start", "head", "raise", "entry");
  static final Script EXPIRE = of("expire", "start", "channels", "head", "raise", "entry");
  static final Script CLEAR = of("clear", "start", "channels", "head", "raise");
  static final Script FENCE = of("fence", "start", "head", "raise");
  static final Script SWEEP = of("sweep", "start", "head", "raise", "entry");
  static final Script TURN = of("turn", "start");
  static final Script LEAVE_TURN = of("leave-turn", "start");
  static final Script TIME = of("time", "start");
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
