package io.nearside.codec;

/** What the tests of codec fst make it for. */
final class FstContexts {
  private FstContexts() {}

  /** Trusts every class, so that the codec's own limits show. */
  static CodecContext context(String cacheName) {
    return context(cacheName, new Trusting());
  }

  static CodecContext context(String cacheName, AllowList allowed) {
    return new CodecContext(
        cacheName, Object.class, Object.class, FstContexts.class.getClassLoader(), allowed);
  }

  private static final class Trusting implements AllowList {
    @Override
    public boolean allows(Class<?> type) {
      return !type.isHidden();
    }

    @Override
    public boolean allows(String className) {
      return true;
    }
  }
}
