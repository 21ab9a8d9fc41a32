package io.nearside.benchmarks;

/** A cache under measurement. */
public sealed interface Subject
    permits CaffeineVariant, JCacheImplementation, LoadSubject, RemoteSubject, TwoTierSubject {
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
    for (RemoteSubject remote : RemoteSubject.values()) {
      if (remote.name().equals(name)) {
        return remote;
      }
    }
    for (TwoTierSubject tiers : TwoTierSubject.values()) {
      if (tiers.name().equals(name)) {
        return tiers;
      }
    }
    for (LoadSubject loading : LoadSubject.values()) {
      if (loading.name().equals(name)) {
        return loading;
      }
    }
    return JCacheImplementation.valueOf(name);
  }
}
