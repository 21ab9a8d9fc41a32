package io.nearside.codec.fst;

/** A part of a value that is not written or read; becomes an exception of the SPI at the edge. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String className;
  private final String reason;
  private final boolean notAllowed;

  private Refused(String className, String reason, boolean notAllowed) {
    super(className + " " + reason, null, false, false);
    this.className = className;
    this.reason = reason;
    this.notAllowed = notAllowed;
  }

  /**
   * @param reason reads on after "it"
   */
  static Refused because(Class<?> type, String reason) {
    return new Refused(type.getName(), reason, false);
  }

  static Refused notAllowed(String className) {
    return new Refused(className, "is not allowed", true);
  }

  String className() {
    return className;
  }

  String reason() {
    return reason;
  }

  boolean isNotAllowed() {
    return notAllowed;
  }
}
