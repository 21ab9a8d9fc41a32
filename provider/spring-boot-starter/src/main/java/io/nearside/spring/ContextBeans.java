package io.nearside.spring;

import io.nearside.Beans;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Finds loaders and writers among the context's beans. Thread-safe.
 *
 * @param manager the name of the bean that uses them: it is destroyed before they are
 */
record ContextBeans(ApplicationContext context, String manager) implements Beans {

  @Override
  public @Nullable Object find(String name, Class<?> type) {
    if (context.containsBean(name)) {
      return used(context.getBean(name), name);
    }
    ClassLoader loader = context.getClassLoader();
    if (!ClassUtils.isPresent(name, loader)) {
      return null;
    }
    Class<?> named = ClassUtils.resolveClassName(name, loader);
    return type.isAssignableFrom(named) ? ofClass(named) : null;
  }

  private @Nullable Object ofClass(Class<?> type) {
    try {
      Object bean = context.getBeanProvider(type).getIfAvailable();
      return bean == null ? null : used(bean, context.getBeanNamesForType(type));
    } catch (NoUniqueBeanDefinitionException e) {
      throw new IllegalArgumentException("stands for several beans: " + e.getMessage(), e);
    }
  }

  /** Spring can't know it: the manager asks for beans while, and long after, it is made. */
  private Object used(Object bean, String... names) {
    if (context.getAutowireCapableBeanFactory() instanceof ConfigurableBeanFactory factory) {
      for (String name : names) {
        factory.registerDependentBean(name, manager);
      }
    }
    return bean;
  }
}
