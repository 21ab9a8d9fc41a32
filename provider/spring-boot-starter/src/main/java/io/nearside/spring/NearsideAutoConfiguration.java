package io.nearside.spring;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.nearside.Nearside;
import io.nearside.NearsideManager;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.origin.Origin;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.transaction.TransactionAwareCacheDecorator;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/**
 * Gives a Spring Boot application its JCache manager and, over the same caches, its Spring cache
 * manager. Beans of the application's own of these types stay.
 */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
      "org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration"
    },
    beforeName = {
      "org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration",
      "org.springframework.boot.autoconfigure.cache.CacheAutoConfiguration"
    })
@ConditionalOnProperty(name = "nearside.spring.enabled", matchIfMissing = true)
@EnableConfigurationProperties(NearsideSpringProperties.class)
public class NearsideAutoConfiguration {
  /** As Spring Boot names it. */
  private static final String TASKS = "applicationTaskExecutor";

  private static final String TRANSACTIONS =
      "org.springframework.transaction.support.TransactionSynchronizationManager";

  private static final String MANAGER = "nearsideManager";

  /** For Spring. */
  public NearsideAutoConfiguration() {}

  /** Whoever chose another kind of cache for Spring has chosen. */
  static class NoOtherKind extends SpringBootCondition {
    @Override
    public ConditionOutcome getMatchOutcome(
        ConditionContext context, AnnotatedTypeMetadata metadata) {
      String type = context.getEnvironment().getProperty("spring.cache.type", "jcache");
      return new ConditionOutcome(
          "jcache".equalsIgnoreCase(type), ConditionMessage.of("spring.cache.type is " + type));
    }
  }

  /** Is opened with the context, so that what is wrong with it ends the start. */
  @Bean(MANAGER)
  @ConditionalOnMissingBean(javax.cache.CacheManager.class)
  NearsideManager nearsideManager(
      ApplicationContext context,
      ConfigurableEnvironment environment,
      ObjectProvider<NearsideCustomizer> customizers) {
    ClassLoader own = context.getClassLoader();
    ClassLoader loader = (own == null) ? getClass().getClassLoader() : own;
    RedissonCopies.refuseTwo(loader);
    Nearside.Builder builder =
        Nearside.builder().classLoader(loader).beans(new ContextBeans(context, MANAGER));
    String name = environment.getProperty("spring.application.name");
    if (name != null) {
      builder.set("application.name", name.replaceAll("[^\\w.-]", "-"));
    }
    builder.set("application.packages", packages(context));
    SpringSettings settings = SpringSettings.of(environment);
    settings.forEach(builder::set);
    customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
    try {
      return builder.build().unwrap(NearsideManager.class);
    } catch (CacheException e) {
      throw new BadSettingsException(
          String.valueOf(e.getMessage()), remedy(settings.origin(e.getMessage())), e);
    }
  }

  /** What the application's own classes and Spring's keys are allowed by. */
  private static String packages(BeanFactory beans) {
    List<String> base =
        AutoConfigurationPackages.has(beans) ? AutoConfigurationPackages.get(beans) : List.of();
    return Stream.concat(
            Stream.of("profile:spring"),
            base.stream().filter(name -> !name.isEmpty()).map(name -> name + ".**"))
        .collect(Collectors.joining(","));
  }

  private static String remedy(@Nullable Origin origin) {
    return origin == null
        ? "Correct that setting."
        : "Correct that setting: it is at " + origin + ".";
  }

  @Bean
  @Conditional(NoOtherKind.class)
  @ConditionalOnBean(NearsideManager.class)
  @ConditionalOnMissingBean(CacheManager.class)
  CacheManager cacheManager(
      NearsideManager manager,
      ApplicationContext context,
      ConfigurableEnvironment environment,
      NearsideSpringProperties own) {
    List<String> names =
        Binder.get(environment)
            .bind("spring.cache.cache-names", Bindable.listOf(String.class))
            .orElse(List.of());
    return new NearsideSpringCacheManager(
        manager,
        names,
        tasks(context),
        decorator(own.transactionAware(), getClass().getClassLoader()));
  }

  /** The application's own; without it a thread for each task. */
  private static Executor tasks(BeanFactory beans) {
    return beans.containsBean(TASKS)
        ? beans.getBean(TASKS, Executor.class)
        : new SimpleAsyncTaskExecutor("nearside-spring-");
  }

  private static UnaryOperator<Cache> decorator(boolean aware, @Nullable ClassLoader loader) {
    return aware && ClassUtils.isPresent(TRANSACTIONS, loader)
        ? TransactionAwareCacheDecorator::new
        : cache -> cache;
  }

  /** Where the application has meters. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterRegistry.class)
  static class Meters {
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    NearsideCustomizer nearsideMeters(ObjectProvider<MeterRegistry> registries) {
      return manager -> registries.ifUnique(manager::meterRegistry);
    }
  }

  /** Where spans are asked for. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ObservationRegistry.class)
  @ConditionalOnProperty("nearside.spring.tracing")
  static class Spans {
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    NearsideCustomizer nearsideSpans(ObjectProvider<ObservationRegistry> registries) {
      return manager -> registries.ifUnique(manager::observationRegistry);
    }
  }
}
