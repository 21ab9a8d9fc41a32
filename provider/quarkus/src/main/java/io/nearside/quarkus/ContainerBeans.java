package io.nearside.quarkus;

import io.nearside.Beans;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.literal.NamedLiteral;
import java.util.List;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/** Finds loaders and writers among the application's beans. Thread-safe. */
record ContainerBeans(Instance<CacheLoader<?, ?>> loaders, Instance<CacheWriter<?, ?>> writers)
    implements Beans {

  @Override
  public @Nullable Object find(String name, Class<?> type) {
    return type == CacheLoader.class ? find(name, loaders) : find(name, writers);
  }

  private static <T> @Nullable T find(String name, Instance<T> all) {
    Instance<T> named = all.select(NamedLiteral.of(name));
    if (named.isResolvable()) {
      return named.get();
    }
    List<? extends Instance.Handle<T>> ofClass =
        all.handlesStream()
            .filter(handle -> handle.getBean().getBeanClass().getName().equals(name))
            .toList();
    if (named.isAmbiguous() || ofClass.size() > 1) {
      throw new IllegalArgumentException("stands for several beans, was " + name);
    }
    return ofClass.isEmpty() ? null : ofClass.get(0).get();
  }
}
