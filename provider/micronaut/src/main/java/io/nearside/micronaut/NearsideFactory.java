package io.nearside.micronaut;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.env.Environment;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.core.order.Ordered;
import io.micronaut.runtime.ApplicationConfiguration;
import io.nearside.Nearside;
import io.nearside.NearsideManager;
import java.util.List;
import javax.cache.CacheManager;
import org.jspecify.annotations.Nullable;

/**
 * Opens the cache manager with the context, so that what is wrong with it is told at the start, and
 * closes it before any bean is destroyed: what write-behind has still to write goes to beans.
 */
@Factory
class NearsideFactory implements ApplicationEventListener<ShutdownEvent>, Ordered {
  /** Set while the thread opens the manager, and looks for beans. */
  private final ThreadLocal<Boolean> opening = new ThreadLocal<>();

  private volatile @Nullable NearsideManager opened;

  @Context
  @Bean(preDestroy = "close")
  @Requires(missingBeans = CacheManager.class)
  NearsideManager manager(
      ApplicationContext context,
      Environment environment,
      ApplicationConfiguration application,
      List<NearsideCustomizer> customizers) {
    Nearside.Builder builder =
        Nearside.builder()
            .classLoader(environment.getClassLoader())
            .beans(new ContextBeans(context));
    application.getName().ifPresent(name -> builder.set("application.name", name));
    new ConfiguredSettings(environment).forEach(builder::set);
    customizers.forEach(customizer -> customizer.customize(builder));
    return opened(builder);
  }

  /** Micronaut does not see that a bean needs the manager that looks for it. */
  private NearsideManager opened(Nearside.Builder builder) {
    if (opening.get() != null) {
      throw new IllegalStateException(
          "a loader or writer needs the cache manager, which needs it to be opened: have it look for"
              + " the manager when it is called, as by BeanProvider<CacheManager>");
    }
    opening.set(true);
    try {
      NearsideManager manager = builder.build().unwrap(NearsideManager.class);
      opened = manager;
      return manager;
    } finally {
      opening.remove();
    }
  }

  @Override
  public void onApplicationEvent(ShutdownEvent event) {
    NearsideManager manager = opened;
    if (manager != null) {
      manager.close();
    }
  }

  /** After what applications do when they stop. */
  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }
}
