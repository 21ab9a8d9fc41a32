package io.nearside.codec;

/** A signal, without a stack trace: this graph holds a class that defines its own serial form. */
final class NeedsSerialisation extends RuntimeException {
  static final NeedsSerialisation INSTANCE = new NeedsSerialisation();
  private static final long serialVersionUID = 1L;

  private NeedsSerialisation() {
    super("the graph must be serialised", null, false, false);
  }
}
