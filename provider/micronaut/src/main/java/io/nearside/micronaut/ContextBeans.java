package io.nearside.micronaut;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.exceptions.NonUniqueBeanException;
import io.micronaut.core.reflect.ClassUtils;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.nearside.Beans;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds loaders and writers among the context's beans. Thread-safe. */
record ContextBeans(ApplicationContext context) implements Beans {

  @Override
  public @Nullable Object find(String name, Class<?> type) {
    try {
      return named(name, type).orElseGet(() -> ofClass(name, type));
    } catch (NonUniqueBeanException e) {
      throw new IllegalArgumentException("stands for several beans: " + e.getMessage(), e);
    }
  }

  private <T> Optional<Object> named(String name, Class<T> type) {
    return context.findBean(type, Qualifiers.byName(name)).map(Object.class::cast);
  }

  private @Nullable Object ofClass(String name, Class<?> type) {
    return ClassUtils.forName(name, context.getClassLoader())
        .filter(type::isAssignableFrom)
        .flatMap(context::findBean)
        .orElse(null);
  }
}
