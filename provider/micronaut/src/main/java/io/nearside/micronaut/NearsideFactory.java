package io.nearside.micronaut;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.env.Environment;
import io.micronaut.runtime.ApplicationConfiguration;
import io.nearside.Nearside;
import io.nearside.NearsideManager;
import java.util.List;
import javax.cache.CacheManager;

/** Opens the cache manager with the context, so that what is wrong with it is told at the start. */
@Factory
class NearsideFactory {
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
    return builder.build().unwrap(NearsideManager.class);
  }
}
