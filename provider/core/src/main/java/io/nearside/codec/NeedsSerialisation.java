package io.nearside.codec;

/** A signal, without a stack trace: this graph holds a class that defines its own serial form. */
final class NeedsSerialisation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String because;

  /**
   * @param because the name of the class
   */
  NeedsSerialisation(String because) {
    super(because, null, false, false);
    this.because = because;
  }

  String because() {
    return because;
  }
}
