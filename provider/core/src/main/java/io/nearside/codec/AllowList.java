package io.nearside.codec;

/** Says which classes may be read from bytes, and written. Thread-safe. */
public interface AllowList {
  boolean allows(Class<?> type);

  /** By name, before the class is loaded. */
  boolean allows(String className);
}
