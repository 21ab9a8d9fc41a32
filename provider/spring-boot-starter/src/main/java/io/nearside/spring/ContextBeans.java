package io.nearside.spring;

import io.nearside.Beans;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/** Finds loaders and writers among the context's beans. Thread-safe. */
record ContextBeans(ApplicationContext context) implements Beans {

  @Override
  public @Nullable Object find(String name, Class<?> type) {
    if (context.containsBean(name)) {
      return context.getBean(name);
    }
    ClassLoader loader = context.getClassLoader();
    if (!ClassUtils.isPresent(name, loader)) {
      return null;
    }
    Class<?> named = ClassUtils.resolveClassName(name, loader);
    try {
      return type.isAssignableFrom(named) ? context.getBeanProvider(named).getIfAvailable() : null;
    } catch (NoUniqueBeanDefinitionException e) {
      throw new IllegalArgumentException("stands for several beans: " + e.getMessage(), e);
    }
  }
}
