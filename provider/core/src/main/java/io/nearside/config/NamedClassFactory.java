package io.nearside.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import javax.cache.CacheException;
import javax.cache.configuration.Factory;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects of a class that a configuration names. After deserialisation, which loses the
 * manager's class loader, it uses the thread's.
 */
final class NamedClassFactory<T> implements Factory<T> {
  private static final long serialVersionUID = 1L;
  private static final String UNKNOWN = "names a class that the manager's class loader can't load";

  private final String className;
  private final Class<?> required;
  private final transient @Nullable ClassLoader loader;

  NamedClassFactory(String className, Class<?> required, ClassLoader loader) {
    this.className = className;
    this.required = required;
    this.loader = loader;
  }

  /** The factory, after a check that its class can be made. */
  static <T> NamedClassFactory<T> checked(
      Layer.Assigned assigned, Setting setting, Class<?> required, ClassLoader loader) {
    return checked(assigned, setting, required, loader, UNKNOWN);
  }

  /**
   * The same.
   *
   * @param unknown what to say of a name that is no class's
   */
  static <T> NamedClassFactory<T> checked(
      Layer.Assigned assigned,
      Setting setting,
      Class<?> required,
      ClassLoader loader,
      String unknown) {
    String className = assigned.as(String.class);
    Class<?> type = load(className, loader, setting, assigned.place(), unknown);
    if (!required.isAssignableFrom(type)) {
      throw assigned
          .place()
          .error(setting.path(), "must be a " + required.getName() + ", was " + className);
    }
    if (!isMakeable(type)) {
      throw assigned
          .place()
          .error(
              setting.path(),
              "must be a public class with a public constructor without parameters, was "
                  + className);
    }
    return new NamedClassFactory<>(className, required, loader);
  }

  private static boolean isMakeable(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && !Modifier.isAbstract(type.getModifiers())
        && Arrays.stream(type.getConstructors()).anyMatch(c -> c.getParameterCount() == 0);
  }

  /** Loads a class that a configuration names, without initialising it. */
  static Class<?> load(String className, ClassLoader loader, Setting setting, Place place) {
    return load(className, loader, setting, place, UNKNOWN);
  }

  private static Class<?> load(
      String className, ClassLoader loader, Setting setting, Place place, String unknown) {
    try {
      return Class.forName(className, false, loader);
    } catch (ClassNotFoundException | LinkageError missing) {
      CacheException failure = place.error(setting.path(), unknown + ": " + className);
      failure.initCause(missing);
      throw failure;
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public T create() {
    ClassLoader from = loader != null ? loader : Thread.currentThread().getContextClassLoader();
    try {
      Class<?> type = Class.forName(className, true, from).asSubclass(required);
      return (T) type.getConstructor().newInstance();
    } catch (InvocationTargetException failed) {
      throw new CacheException("the constructor of " + className + " failed", failed.getCause());
    } catch (ReflectiveOperationException | LinkageError | ClassCastException failed) {
      throw new CacheException("can't make a " + className, failed);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NamedClassFactory<?> that
        && className.equals(that.className)
        && required.equals(that.required);
  }

  @Override
  public int hashCode() {
    return className.hashCode();
  }

  @Override
  public String toString() {
    return "factory of " + className;
  }
}
