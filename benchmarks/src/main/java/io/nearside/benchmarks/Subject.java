package io.nearside.benchmarks;

/** A cache under measurement. */
public sealed interface Subject permits CaffeineVariant, JCacheImplementation {
  /** The name that reports show. */
  String label();

  /** The name that the command line takes. */
  String name();

  /** Finds a subject by its {@link #name}. */
  static Subject named(String name) {
    for (CaffeineVariant variant : CaffeineVariant.values()) {
      if (variant.name().equals(name)) {
        return variant;
      }
    }
    return JCacheImplementation.valueOf(name);
  }
}
