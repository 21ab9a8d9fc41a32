package io.nearside.cdi;

import jakarta.enterprise.inject.build.compatible.spi.Messages;
import jakarta.enterprise.lang.model.AnnotationInfo;
import jakarta.enterprise.lang.model.AnnotationMember;
import jakarta.enterprise.lang.model.declarations.ClassInfo;
import jakarta.enterprise.lang.model.declarations.MethodInfo;
import jakarta.enterprise.lang.model.types.Type;
import java.lang.annotation.Annotation;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import org.jspecify.annotations.Nullable;

/** Looks for annotations of a class that can't work, when the application is deployed. */
final class MethodCheck {
  private static final List<String> STAGES =
      List.of(CompletionStage.class.getName(), CompletableFuture.class.getName());

  /** What gives values later, other than the stages that are waited for. */
  private static final List<String> LATER =
      List.of(
          CompletionStage.class.getName(), Future.class.getName(), Flow.Publisher.class.getName());

  private final ClassInfo type;
  private final Messages messages;

  MethodCheck(ClassInfo type, Messages messages) {
    this.type = type;
    this.messages = messages;
  }

  void run() {
    for (Class<? extends Annotation> annotation : Binding.TYPES) {
      if (type.hasAnnotation(annotation)) {
        messages.error(
            "%s: %s is for methods; annotate those that are meant"
                .formatted(type.name(), at(annotation)));
      }
    }
    for (MethodInfo method : type.methods()) {
      List<Class<? extends Annotation>> found =
          Binding.TYPES.stream().filter(method::hasAnnotation).toList();
      if (!found.isEmpty()) {
        check(method, found);
      }
    }
  }

  private void check(MethodInfo method, List<Class<? extends Annotation>> found) {
    Class<? extends Annotation> annotation = found.get(0);
    if (found.size() > 1) {
      String all = found.stream().map(MethodCheck::at).collect(Collectors.joining(" and "));
      refuse(method, all + " together; a method takes one, so divide it");
    } else if (method.declaringClass().isInterface()) {
      warn(method, at(annotation) + " has no effect on an interface; put it on the bean's method");
    } else if (method.isStatic() || Modifier.isPrivate(method.modifiers())) {
      refuse(method, at(annotation) + " on a method that is private or static; calls are not seen");
    } else {
      parameters(method, annotation);
      if (annotation == CacheResult.class) {
        result(method);
      } else if (annotation != CachePut.class) {
        name(method, annotation);
      }
    }
  }

  private void parameters(MethodInfo method, Class<? extends Annotation> annotation) {
    long values =
        method.parameters().stream().filter(p -> p.hasAnnotation(CacheValue.class)).count();
    if (annotation == CachePut.class && values != 1) {
      refuse(method, "@CachePut needs one parameter with @CacheValue, has " + values);
    } else if (annotation != CachePut.class && values != 0) {
      refuse(method, "@CacheValue is for @CachePut, not for " + at(annotation));
    }
    if (method.parameters().stream()
        .anyMatch(p -> p.hasAnnotation(CacheValue.class) && p.hasAnnotation(CacheKey.class))) {
      refuse(method, "a parameter has @CacheKey and @CacheValue; the value is no part of the key");
    }
    if (annotation == CacheRemoveAll.class
        && method.parameters().stream().anyMatch(p -> p.hasAnnotation(CacheKey.class))) {
      warn(method, "@CacheKey has no effect: @CacheRemoveAll removes all entries");
    }
  }

  private void result(MethodInfo method) {
    boolean keepsFailures =
        !text(method.annotation(CacheResult.class), "exceptionCacheName").isEmpty();
    if (method.returnType().isVoid() && !keepsFailures) {
      refuse(method, "@CacheResult on a method without a result; @CachePut stores an argument");
    }
    ClassInfo returned = declaration(method.returnType());
    if (returned != null && !STAGES.contains(returned.name()) && isLater(returned)) {
      refuse(
          method,
          "@CacheResult can't wait for a %s; return a CompletionStage or a CompletableFuture"
              .formatted(returned.name()));
    }
  }

  private void name(MethodInfo method, Class<? extends Annotation> annotation) {
    AnnotationInfo said = method.annotation(annotation);
    if (text(said, "cacheName").isEmpty() && !hasFactory(said) && !hasDefaults(type)) {
      warn(
          method,
          at(annotation)
              + " names no cache, so it removes from one of the method's own; say cacheName");
    }
  }

  private static boolean hasFactory(AnnotationInfo annotation) {
    String name = "cacheResolverFactory";
    ClassInfo factory =
        annotation.hasMember(name) ? declaration(annotation.member(name).asType()) : null;
    return factory != null && !factory.name().equals(CacheResolverFactory.class.getName());
  }

  /** Whether the class, or the nearest above it that says defaults, names a cache by them. */
  private static boolean hasDefaults(ClassInfo type) {
    for (ClassInfo c = type; c != null; c = c.superClassDeclaration()) {
      AnnotationInfo defaults = c.annotation(CacheDefaults.class);
      if (defaults != null) {
        return !text(defaults, "cacheName").isEmpty() || hasFactory(defaults);
      }
    }
    return false;
  }

  private static boolean isLater(@Nullable ClassInfo type) {
    return type != null
        && (LATER.contains(type.name())
            || isLater(type.superClassDeclaration())
            || type.superInterfacesDeclarations().stream().anyMatch(MethodCheck::isLater));
  }

  private static @Nullable ClassInfo declaration(Type type) {
    if (type.isClass()) {
      return type.asClass().declaration();
    }
    return type.isParameterizedType() ? type.asParameterizedType().declaration() : null;
  }

  private static String text(AnnotationInfo annotation, String name) {
    AnnotationMember member = annotation.hasMember(name) ? annotation.member(name) : null;
    return (member == null) ? "" : member.asString();
  }

  private static String at(Class<? extends Annotation> annotation) {
    return "@" + annotation.getSimpleName();
  }

  private void refuse(MethodInfo method, String why) {
    messages.error(describe(method) + ": " + why);
  }

  private void warn(MethodInfo method, String why) {
    messages.warn(describe(method) + ": " + why);
  }

  private static String describe(MethodInfo method) {
    return method.declaringClass().name() + "." + method.name();
  }
}
