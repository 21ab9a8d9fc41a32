package io.nearside.spring;

import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.annotation.BeanProvider;
import manager.CacheNameOnEachMethodBlogManagerImpl;
import manager.ClassLevelCacheConfigBlogManagerImpl;
import manager.UsingDefaultCacheNameBlogManagerImpl;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Gives the kit its beans; found by it as a service. */
public final class SpringBeanProvider implements BeanProvider {
  static final AtomicInteger GIVEN = new AtomicInteger();

  @Configuration(proxyBeanMethods = false)
  @EnableCaching(proxyTargetClass = true) // the kit wants the classes
  static class Caching {}

  private final AnnotationConfigApplicationContext context =
      new AnnotationConfigApplicationContext(
          Caching.class,
          NearsideAutoConfiguration.class,
          CacheNameOnEachMethodBlogManagerImpl.class,
          ClassLevelCacheConfigBlogManagerImpl.class,
          UsingDefaultCacheNameBlogManagerImpl.class);

  @Override
  public <T> T getBeanByType(Class<T> beanClass) {
    GIVEN.incrementAndGet();
    return context.getBean(beanClass);
  }
}
