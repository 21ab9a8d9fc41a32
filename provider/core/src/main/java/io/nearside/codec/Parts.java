package io.nearside.codec;

import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.AbstractCollection;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractQueue;
import java.util.AbstractSequentialList;
import java.util.AbstractSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides once per class how its objects are copied. A class of the JDK is copied part by part only
 * if it is listed in {@link JdkParts}; one of the application unless it defines its own serial
 * form. Thread-safe.
 */
final class Parts {
  /** Programs that make classes without end must not fill the memory. */
  private static final int MAX_CLASSES = 10_000;

  /** Superclasses whose only state is caches and counters of changes. */
  private static final Set<Class<?>> BARE_SUPERCLASSES =
      Set.of(
          Object.class,
          Record.class,
          Number.class,
          AbstractCollection.class,
          AbstractList.class,
          AbstractSequentialList.class,
          AbstractSet.class,
          AbstractQueue.class,
          AbstractMap.class);

  private final ConcurrentHashMap<Class<?>, Part> known = new ConcurrentHashMap<>();

  Part of(Class<?> type) {
    Part part = known.get(type);
    return part != null ? part : learn(type);
  }

  private Part learn(Class<?> type) {
    if (known.size() >= MAX_CLASSES) {
      known.clear();
    }
    Part part = decide(type);
    known.put(type, part);
    return part;
  }

  private static Part decide(Class<?> type) {
    try {
      if (Immutability.of(type)) {
        return Part.SHARED;
      }
      if (type.isArray()) {
        return ArrayParts.of(type.getComponentType());
      }
      if (Immutability.isJdk(type) && !type.isHidden()) {
        Part part = JdkParts.of(type);
        return part != null ? part : otherwise(type, "is not serialisable");
      }
      return decideApplication(type);
    } catch (LinkageError e) {
      return refused(type, "refers to a class that is missing (" + e.getMessage() + ")");
    }
  }

  private static Part decideApplication(Class<?> type) {
    if (type.isHidden() || type.isSynthetic()) {
      return otherwise(type, "is a lambda that holds what can change, and is not serialisable");
    }
    if (Proxy.isProxyClass(type) || definesSerialForm(type)) {
      return otherwise(type, "is not serialisable");
    }
    Class<?> base = jdkSuperclass(type);
    if (!BARE_SUPERCLASSES.contains(base)) {
      return otherwise(type, "extends " + base.getName() + " and is not serialisable");
    }
    try {
      return type.isRecord() ? new RecordPart(type) : new ObjectPart(type);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return otherwise(type, "can't be read by reflection (" + e.getMessage() + ")");
    }
  }

  private static Part otherwise(Class<?> type, String reason) {
    return Serializable.class.isAssignableFrom(type) ? serialised(type) : refused(type, reason);
  }

  private static Part serialised(Class<?> type) {
    NeedsSerialisation signal = new NeedsSerialisation(type.getName());
    return (run, original) -> {
      throw signal;
    };
  }

  private static Part refused(Class<?> type, String reason) {
    return (run, original) -> {
      throw new Uncopyable(type, reason);
    };
  }

  private static Class<?> jdkSuperclass(Class<?> type) {
    Class<?> level = type;
    while (!Immutability.isJdk(level)) {
      level = level.getSuperclass();
    }
    return level;
  }

  static boolean definesSerialForm(Class<?> type) {
    if (!Serializable.class.isAssignableFrom(type)) {
      return Throwable.class.isAssignableFrom(type);
    }
    if (Throwable.class.isAssignableFrom(type) || Externalizable.class.isAssignableFrom(type)) {
      return true;
    }
    for (Class<?> level = type; level != null; level = level.getSuperclass()) {
      if (declaresHook(level)) {
        return true;
      }
    }
    return false;
  }

  private static boolean declaresHook(Class<?> level) {
    return declares(level, "readResolve")
        || declares(level, "writeReplace")
        || (!level.isRecord()
            && (declares(level, "readObject", ObjectInputStream.class)
                || declares(level, "writeObject", ObjectOutputStream.class)
                || declares(level, "readObjectNoData")
                || declaresPersistentFields(level)));
  }

  /** Whether a class of a hierarchy decides itself what is written. */
  static boolean writesItself(Class<?> level) {
    return declares(level, "writeObject", ObjectOutputStream.class)
        || declares(level, "writeReplace");
  }

  private static boolean declares(Class<?> level, String method, Class<?>... parameters) {
    try {
      return !Modifier.isStatic(level.getDeclaredMethod(method, parameters).getModifiers());
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static boolean declaresPersistentFields(Class<?> level) {
    try {
      return Modifier.isStatic(level.getDeclaredField("serialPersistentFields").getModifiers());
    } catch (NoSuchFieldException e) {
      return false;
    }
  }
}
