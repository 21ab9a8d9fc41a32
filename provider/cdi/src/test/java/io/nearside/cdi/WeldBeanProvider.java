package io.nearside.cdi;

import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.annotation.BeanProvider;
import manager.CacheNameOnEachMethodBlogManagerImpl;
import manager.ClassLevelCacheConfigBlogManagerImpl;
import manager.UsingDefaultCacheNameBlogManagerImpl;
import org.jboss.weld.environment.se.WeldContainer;

/** Gives the kit its beans; found by it as a service. */
public final class WeldBeanProvider implements BeanProvider {
  static final AtomicInteger GIVEN = new AtomicInteger();

  private final WeldContainer container =
      Containers.of(
          CacheNameOnEachMethodBlogManagerImpl.class,
          ClassLevelCacheConfigBlogManagerImpl.class,
          UsingDefaultCacheNameBlogManagerImpl.class);

  @Override
  public <T> T getBeanByType(Class<T> beanClass) {
    GIVEN.incrementAndGet();
    return container.select(beanClass).get();
  }
}
