package io.nearside.codec;

import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Knows the classes whose objects nothing can change. Of the JDK these are listed; of the
 * application they are enums, classes without state, and classes whose every field is final and of
 * a type that is itself immutable and can't be extended by one that isn't.
 */
final class Immutability {
  private static final Set<Class<?>> VALUES =
      Set.of(
          Boolean.class,
          Byte.class,
          Character.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          Void.class,
          String.class,
          BigInteger.class,
          BigDecimal.class,
          MathContext.class,
          UUID.class,
          URI.class,
          URL.class,
          Locale.class,
          Currency.class,
          Pattern.class,
          File.class,
          Inet4Address.class,
          Inet6Address.class,
          InetSocketAddress.class,
          OptionalInt.class,
          OptionalLong.class,
          OptionalDouble.class,
          Class.class,
          StackTraceElement.class);

  private static final Set<Class<?>> SINGLETONS =
      Set.of(
          Collections.emptyList().getClass(),
          Collections.emptySet().getClass(),
          Collections.emptyMap().getClass(),
          Collections.emptyIterator().getClass(),
          Collections.reverseOrder().getClass());

  private static final Set<String> TIME_PACKAGES =
      Set.of("java.time", "java.time.chrono", "java.time.temporal", "java.time.zone");

  /** Boolean, not a type of ours: what a JDK class remembers must not pin our class loader. */
  private static final ClassValue<Boolean> KNOWN =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return decide(type, new HashSet<>());
        }
      };

  private Immutability() {}

  /** Whether objects of exactly this class can be shared. */
  static boolean of(Class<?> exact) {
    return KNOWN.get(exact);
  }

  /** Whether whatever a field of this type holds can be shared. */
  static boolean ofDeclared(Class<?> declared) {
    return declared(declared, new HashSet<>());
  }

  private static boolean decide(Class<?> type, Set<Class<?>> assumed) {
    if (type.isArray() || type.isInterface() || type.isAnnotation()) {
      return false;
    }
    if (type.isPrimitive() || Enum.class.isAssignableFrom(type)) {
      return true;
    }
    return isJdk(type) && !type.isHidden() ? ofJdk(type) : ofFields(type, assumed);
  }

  private static boolean ofJdk(Class<?> type) {
    return VALUES.contains(type)
        || SINGLETONS.contains(type)
        || type == Object.class
        || isTime(type)
        || Charset.class.isAssignableFrom(type)
        || Path.class.isAssignableFrom(type)
        || isStateless(type);
  }

  private static boolean isTime(Class<?> type) {
    return ZoneId.class.isAssignableFrom(type)
        || type == java.time.format.DateTimeFormatter.class
        || (TIME_PACKAGES.contains(type.getPackageName())
            && Modifier.isFinal(type.getModifiers())
            && !java.time.Clock.class.isAssignableFrom(type));
  }

  /** No object of the class has state, so sharing one can't be noticed but by its identity. */
  private static boolean isStateless(Class<?> type) {
    for (Class<?> level = type; level != null; level = level.getSuperclass()) {
      for (Field field : level.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          return false;
        }
      }
    }
    return !hasNativeState(type);
  }

  private static boolean hasNativeState(Class<?> type) {
    return AutoCloseable.class.isAssignableFrom(type) || type.getName().startsWith("jdk.internal.");
  }

  /** A type met again while it is being decided is assumed to be immutable, as it adds nothing. */
  private static boolean ofFields(Class<?> type, Set<Class<?>> assumed) {
    if (!assumed.add(type)) {
      return true;
    }
    for (Class<?> level = type; level != Object.class && level != null; ) {
      if (level != type && isJdk(level) && level != Record.class) {
        return isStateless(level);
      }
      for (Field field : level.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !isImmutable(field, assumed)) {
          return false;
        }
      }
      level = level.getSuperclass();
    }
    return true;
  }

  private static boolean isImmutable(Field field, Set<Class<?>> assumed) {
    return Modifier.isFinal(field.getModifiers()) && declared(field.getType(), assumed);
  }

  private static boolean declared(Class<?> type, Set<Class<?>> assumed) {
    if (type.isPrimitive() || type.isEnum()) {
      return true;
    }
    if (type == ZoneId.class) {
      return true;
    }
    if (type.isSealed()) {
      return (Modifier.isAbstract(type.getModifiers()) || decide(type, assumed))
          && List.of(type.getPermittedSubclasses()).stream().allMatch(t -> declared(t, assumed));
    }
    return Modifier.isFinal(type.getModifiers()) && decide(type, assumed);
  }

  static boolean isJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }
}
