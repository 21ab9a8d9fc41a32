package io.nearside.codec.fst;

import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Modifier;

/** Tells whether a class has a say in its serial form. */
final class Hooks {
  private Hooks() {}

  /** Whether default reading or writing of its fields would not do. */
  static boolean has(Class<?> type) {
    if (!Serializable.class.isAssignableFrom(type)) {
      return false;
    }
    if (Externalizable.class.isAssignableFrom(type)) {
      return true;
    }
    for (Class<?> level = type;
        level != null && Serializable.class.isAssignableFrom(level);
        level = level.getSuperclass()) {
      if (writes(level)
          || declares(level, "readObject", ObjectInputStream.class)
          || declares(level, "readObjectNoData")
          || declares(level, "readResolve")
          || declaresFields(level)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it writes more, or something else, than its fields. */
  static boolean writes(Class<?> level) {
    return declares(level, "writeObject", ObjectOutputStream.class)
        || declares(level, "writeReplace");
  }

  private static boolean declares(Class<?> type, String name, Class<?>... parameters) {
    try {
      return !Modifier.isStatic(type.getDeclaredMethod(name, parameters).getModifiers());
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static boolean declaresFields(Class<?> type) {
    try {
      return Modifier.isStatic(type.getDeclaredField("serialPersistentFields").getModifiers());
    } catch (NoSuchFieldException e) {
      return false;
    }
  }
}
