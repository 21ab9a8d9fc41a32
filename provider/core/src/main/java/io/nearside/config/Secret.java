package io.nearside.config;

/** A text that nothing shows. */
record Secret(String text) {

  static Secret parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("is empty: give one or take it out");
    }
    return new Secret(text);
  }

  @Override
  public String toString() {
    return "***";
  }
}
