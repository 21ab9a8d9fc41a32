package io.nearside.config;

import javax.cache.CacheException;

/**
 * Where a setting was given, for messages.
 *
 * @param where file and line, property or variable; empty for code
 * @param owner {@code cache "x"}, {@code defaults}, or empty for settings of the manager
 */
record Place(String where, String owner) {

  /** A setting that code gave to a cache. */
  static Place code(String cacheName) {
    return new Place("", owner(cacheName));
  }

  static String owner(String cacheName) {
    return "cache " + Texts.quote(cacheName);
  }

  /** What is wrong with a setting; the problem begins with a verb: {@code must be > 0, was 0}. */
  CacheException error(String setting, String problem) {
    return new CacheException(message(setting + " " + problem));
  }

  CacheException error(String problem) {
    return new CacheException(message(problem));
  }

  String message(String problem) {
    return prefix(where) + prefix(owner) + problem;
  }

  private static String prefix(String part) {
    return part.isEmpty() ? "" : part + ": ";
  }
}
