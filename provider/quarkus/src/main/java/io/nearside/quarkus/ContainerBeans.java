package io.nearside.quarkus;

import io.nearside.Beans;
import io.quarkus.arc.InjectableBean;
import jakarta.enterprise.inject.CreationException;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.enterprise.inject.spi.Bean;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javax.cache.integration.CacheLoader;
import org.jspecify.annotations.Nullable;

/**
 * Finds loaders and writers among the application's beans. Thread-safe.
 *
 * @param loaders those with types for keys and values, and those without: CDI has no type for both
 * @param writers the same
 */
record ContainerBeans(List<Instance<?>> loaders, List<Instance<?>> writers) implements Beans {

  @Override
  public @Nullable Object find(String name, Class<?> type) {
    List<Instance<?>> all = (type == CacheLoader.class) ? loaders : writers;
    Instance.Handle<?> found =
        only(name, handles(all, each -> each.select(NamedLiteral.of(name)), bean -> true));
    if (found == null) {
      found = only(name, handles(all, each -> each, bean -> isMadeOf(bean, name)));
    }
    if (found == null) {
      found = only(name, handles(all, each -> each, bean -> isOfType(bean, name)));
    }
    return found == null ? null : made(found);
  }

  /** What it throws by itself is not in words for a setting. */
  private static Object made(Instance.Handle<?> found) {
    try {
      return found.get();
    } catch (IllegalArgumentException e) {
      throw new CreationException(e);
    }
  }

  private static Collection<Instance.Handle<?>> handles(
      List<Instance<?>> all, UnaryOperator<Instance<?>> selected, Predicate<Bean<?>> wanted) {
    Map<Bean<?>, Instance.Handle<?>> handles = new LinkedHashMap<>();
    for (Instance<?> each : all) {
      for (Instance.Handle<?> handle : selected.apply(each).handles()) {
        if (wanted.test(handle.getBean())) {
          handles.put(handle.getBean(), handle);
        }
      }
    }
    return handles.values();
  }

  private static Instance.@Nullable Handle<?> only(
      String name, Collection<Instance.Handle<?>> handles) {
    if (handles.size() > 1) {
      throw new IllegalArgumentException("stands for several beans, was " + name);
    }
    return handles.isEmpty() ? null : handles.iterator().next();
  }

  /** Of what a producer makes, the class is not known: {@code getBeanClass} declares it. */
  private static boolean isMadeOf(Bean<?> bean, String name) {
    return bean instanceof InjectableBean<?> own
        && own.getKind() == InjectableBean.Kind.CLASS
        && own.getBeanClass().getName().equals(name);
  }

  private static boolean isOfType(Bean<?> bean, String name) {
    return bean.getTypes().stream().anyMatch(type -> raw(type).getTypeName().equals(name));
  }

  private static Type raw(Type type) {
    return type instanceof ParameterizedType generic ? generic.getRawType() : type;
  }
}
