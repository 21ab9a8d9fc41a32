package io.nearside.config;

import io.nearside.Beans;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.CacheException;
import javax.cache.configuration.Factory;
import org.jspecify.annotations.Nullable;

/**
 * Makes what the settings of one cache name: beans of a framework, each looked for once, else
 * objects of classes. Thread-safe.
 */
final class FoundBeans {
  private static final int MAX_CAUSES = 16;
  private static final Object NONE = new Object();
  private static final String NEITHER =
      "names neither a bean nor a class that the manager's class loader can load";

  private final @Nullable Beans beans;
  private final Map<Setting, Object> found = new ConcurrentHashMap<>();

  /**
   * @param beans null if there is no framework
   */
  FoundBeans(@Nullable Beans beans) {
    this.beans = beans;
  }

  @SuppressWarnings("unchecked") // code and configuration have no other way to say it
  <T> Factory<T> factory(
      Layer.Assigned assigned, Setting setting, Class<?> required, ClassLoader loader) {
    Object bean = found.get(setting);
    if (bean == null) {
      bean = bean(assigned, setting, required);
      found.put(setting, bean);
    }
    return bean == NONE ? named(assigned, setting, required, loader) : new HeldBean<>((T) bean);
  }

  private <T> Factory<T> named(
      Layer.Assigned assigned, Setting setting, Class<?> required, ClassLoader loader) {
    return beans == null
        ? NamedClassFactory.checked(assigned, setting, required, loader)
        : NamedClassFactory.checked(assigned, setting, required, loader, NEITHER);
  }

  private Object bean(Layer.Assigned assigned, Setting setting, Class<?> required) {
    String name = assigned.as(String.class);
    Object bean = (beans == null) ? null : find(beans, assigned, setting, required);
    if (bean == null) {
      return NONE;
    }
    if (!required.isInstance(bean)) {
      throw assigned
          .place()
          .error(
              setting.path(),
              "must be a "
                  + required.getName()
                  + ", was the bean "
                  + name
                  + " of "
                  + bean.getClass().getName());
    }
    return bean;
  }

  private static @Nullable Object find(
      Beans beans, Layer.Assigned assigned, Setting setting, Class<?> required) {
    String name = assigned.as(String.class);
    String problem;
    RuntimeException cause;
    try {
      return beans.find(name, required);
    } catch (IllegalArgumentException e) {
      problem = String.valueOf(e.getMessage());
      cause = e;
    } catch (RuntimeException e) {
      problem = "can't be had from the framework: the bean " + name + " failed with " + first(e);
      cause = e;
    }
    CacheException failure = assigned.place().error(setting.path(), problem);
    failure.initCause(cause);
    throw failure;
  }

  /** Frameworks wrap what happened in what they were about. */
  private static Throwable first(Throwable failure) {
    Throwable first = failure;
    for (int i = 0; i < MAX_CAUSES && first.getCause() != null; i++) {
      first = first.getCause();
    }
    return first;
  }
}
