package io.nearside.codec;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The type matrix: what is copied, and how. The documentation holds the same table. */
final class CopyCases {
  enum Way {
    SHARED,
    PARTS,
    SERIALISED,
    REFUSED
  }

  record Case(String name, Way way, Supplier<Object> original) {
    @Override
    public String toString() {
      return name;
    }
  }

  private CopyCases() {}

  static List<Case> all() {
    return Stream.concat(JdkCopyCases.all().stream(), ApplicationCopyCases.all().stream()).toList();
  }
}
