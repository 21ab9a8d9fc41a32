package io.nearside.cdi;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.build.compatible.spi.BeanInfo;
import jakarta.enterprise.inject.build.compatible.spi.BuildCompatibleExtension;
import jakarta.enterprise.inject.build.compatible.spi.Discovery;
import jakarta.enterprise.inject.build.compatible.spi.Enhancement;
import jakarta.enterprise.inject.build.compatible.spi.Messages;
import jakarta.enterprise.inject.build.compatible.spi.MetaAnnotations;
import jakarta.enterprise.inject.build.compatible.spi.Registration;
import jakarta.enterprise.inject.build.compatible.spi.ScannedClasses;
import jakarta.enterprise.inject.build.compatible.spi.Synthesis;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticComponents;
import jakarta.enterprise.lang.model.declarations.ClassInfo;
import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.Interceptor;
import java.lang.annotation.Annotation;
import java.util.stream.Stream;
import javax.cache.CacheManager;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;

/**
 * Makes {@link CacheResult}, {@link CachePut}, {@link CacheRemove} and {@link CacheRemoveAll} work
 * on methods of beans. The container finds it by itself and calls it once, while it starts or while
 * the application is built; not thread-safe.
 */
public class CacheAnnotationsExtension implements BuildCompatibleExtension {
  /**
   * Of the interceptors: just outside of transactions (200), so that a change is made after the
   * commit, and an answer from the cache needs no transaction. What decides who may call must have
   * a lower one.
   */
  public static final int PRIORITY = Interceptor.Priority.PLATFORM_BEFORE + 190;

  private boolean hasManager;

  /** For the container. */
  public CacheAnnotationsExtension() {}

  /** Adds the interceptors, and has no member of an annotation choose among them. */
  @Discovery
  public void discover(ScannedClasses scanned, MetaAnnotations annotations) {
    for (Class<? extends Annotation> type : Binding.TYPES) {
      annotations
          .addInterceptorBinding(type)
          .methods()
          .forEach(member -> member.addAnnotation(Nonbinding.class));
    }
    Stream.of(
            CachedMethods.class,
            CachePutInterceptor.class,
            CacheRemoveAllInterceptor.class,
            CacheRemoveInterceptor.class,
            CacheResultInterceptor.class)
        .forEach(type -> scanned.add(type.getName()));
  }

  /** Refuses annotations that can't work. */
  @Enhancement(
      types = Object.class,
      withSubtypes = true,
      withAnnotations = {
        CachePut.class,
        CacheRemove.class,
        CacheRemoveAll.class,
        CacheResult.class
      })
  public void check(ClassInfo type, Messages messages) {
    if (!type.hasAnnotation(Interceptor.class)) {
      new MethodCheck(type, messages).run();
    }
  }

  /** Sees whether the application has a cache manager. */
  @Registration(types = CacheManager.class)
  public void see(BeanInfo bean) {
    hasManager |=
        bean.qualifiers().stream().anyMatch(q -> q.name().equals(Default.class.getName()));
  }

  /** Gives it one if not. */
  @Synthesis
  public void addManager(SyntheticComponents components) {
    if (!hasManager) {
      components
          .addBean(CacheManager.class)
          .type(CacheManager.class)
          .scope(ApplicationScoped.class)
          .createWith(DefaultManager.class)
          .disposeWith(DefaultManager.class);
    }
  }
}
