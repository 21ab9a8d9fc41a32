package io.nearside.codec;

/** Says which part of a key has no canonical form; becomes a CacheException at the edge. */
final class NoKeyForm extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String reason;

  /**
   * @param reason a whole clause, such as {@code com.shop.Id does not override equals}
   */
  NoKeyForm(String reason) {
    this("", reason);
  }

  private NoKeyForm(String path, String reason) {
    super(reason, null, false, false);
    this.path = path;
    this.reason = reason;
  }

  /** The same, seen from the object that holds the part. */
  NoKeyForm within(String step) {
    return new NoKeyForm(step + path, reason);
  }

  /** From the key to the part, such as {@code .customer.id}; empty for the key itself. */
  String path() {
    return path;
  }

  String reason() {
    return reason;
  }
}
