package io.nearside.codec.fst;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sets of constants: the name of the enum, then the constants. */
@SuppressWarnings({"unchecked", "rawtypes"}) // the enum is known only when it runs
final class EnumSets {
  private EnumSets() {}

  static Object[] parts(EnumSet<?> set) {
    EnumSet<?> some = set.isEmpty() ? EnumSet.complementOf(set) : set;
    if (some.isEmpty()) {
      throw Refused.because(set.getClass(), "is a set of an enum without constants");
    }
    List<Object> parts = new ArrayList<>();
    parts.add(some.iterator().next().getDeclaringClass().getName());
    parts.addAll(set);
    return parts.toArray();
  }

  static Object make(@Nullable Object[] parts, ClassInfos infos) {
    EnumSet set = EnumSet.noneOf((Class) infos.find(String.valueOf(parts[0])));
    set.addAll(Arrays.asList(parts).subList(1, parts.length));
    return set;
  }
}
