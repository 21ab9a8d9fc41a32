package io.nearside.codec;

/** Says which class of a graph can't be copied; becomes a CacheException at the edge. */
final class Uncopyable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String culprit;
  private final String reason;

  Uncopyable(Class<?> culprit, String reason) {
    this(culprit.getName(), reason);
  }

  /**
   * @param culprit the name of the class
   * @param reason reads on after "which" or "it"
   */
  Uncopyable(String culprit, String reason) {
    super(culprit + " " + reason, null, false, false);
    this.culprit = culprit;
    this.reason = reason;
  }

  /** The same, with why this value was serialised at all. */
  Uncopyable within(String serialised) {
    return new Uncopyable(
        culprit, reason + " (the value holds a " + serialised + ", so all of it is serialised)");
  }

  /** The name of the class. */
  String culprit() {
    return culprit;
  }

  String reason() {
    return reason;
  }
}
