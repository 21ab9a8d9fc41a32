package io.nearside.spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;

/** Refuses a class path with two copies of Redisson, whose classes would mix. */
final class RedissonCopies {
  private static final String CLASS = "org/redisson/Redisson.class";

  private RedissonCopies() {}

  static void refuseTwo(ClassLoader loader) {
    List<String> copies = find(loader);
    if (copies.size() > 1) {
      throw new BadSettingsException(
          "Redisson is on the class path " + copies.size() + " times: " + String.join(", ", copies),
          "Leave one of them: exclude io.nearside:nearside-redisson (the starter brings"
              + " org.redisson:redisson), or whatever else brings a copy.",
          null);
    }
  }

  private static List<String> find(ClassLoader loader) {
    try {
      return Collections.list(loader.getResources(CLASS)).stream()
          .map(URL::toString)
          .map(url -> url.replace("!/" + CLASS, "").replace("/" + CLASS, ""))
          .distinct()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("can't look for copies of Redisson", e);
    }
  }
}
