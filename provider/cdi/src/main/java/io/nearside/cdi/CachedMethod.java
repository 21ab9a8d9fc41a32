package io.nearside.cdi;

import io.nearside.cdi.Argument.Parameter;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CacheMethodDetails;
import javax.cache.annotation.CacheValue;
import org.jspecify.annotations.Nullable;

/** An annotated method, as far as it is the same for all calls. Immutable. */
final class CachedMethod<A extends Annotation> implements CacheMethodDetails<A> {
  private final Method method;
  private final A annotation;
  private final Binding binding;
  private final String cacheName;
  private final List<Parameter> parameters;
  private final List<Parameter> keyParameters;
  private final @Nullable Parameter valueParameter;

  /**
   * A method that has passed {@link MethodCheck}.
   *
   * @param defaultName of the cache, if the annotation names none; empty for the method's own
   */
  CachedMethod(Method method, A annotation, String defaultName) {
    this.method = method;
    this.annotation = annotation;
    this.binding = Binding.of(annotation);
    this.cacheName = name(defaultName);
    this.parameters = parameters(method);
    this.valueParameter =
        parameters.stream().filter(p -> p.is(CacheValue.class)).findFirst().orElse(null);
    this.keyParameters = inKey();
  }

  private String name(String defaultName) {
    if (!binding.cacheName().isEmpty()) {
      return binding.cacheName();
    }
    return defaultName.isEmpty() ? toString() : defaultName;
  }

  private static List<Parameter> parameters(Method method) {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < method.getParameterCount(); i++) {
      Set<Annotation> annotations = setOf(method.getParameterAnnotations()[i]);
      parameters.add(new Parameter(method.getParameterTypes()[i], annotations, i));
    }
    return List.copyOf(parameters);
  }

  private static Set<Annotation> setOf(Annotation[] annotations) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(annotations)));
  }

  private List<Parameter> inKey() {
    List<Parameter> named = parameters.stream().filter(p -> p.is(CacheKey.class)).toList();
    return named.isEmpty() ? parameters.stream().filter(p -> p != valueParameter).toList() : named;
  }

  Binding binding() {
    return binding;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  List<Parameter> keyParameters() {
    return keyParameters;
  }

  @Nullable Parameter valueParameter() {
    return valueParameter;
  }

  /** Whether what it returns is to come. */
  boolean isAsynchronous() {
    Class<?> type = method.getReturnType();
    return type == CompletionStage.class || type == CompletableFuture.class;
  }

  @Override
  public Method getMethod() {
    return method;
  }

  @Override
  public Set<Annotation> getAnnotations() {
    return setOf(method.getAnnotations());
  }

  @Override
  public A getCacheAnnotation() {
    return annotation;
  }

  @Override
  public String getCacheName() {
    return cacheName;
  }

  /** As JSR-107 names the cache of a method that names none. */
  @Override
  public String toString() {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getName)
        .collect(
            Collectors.joining(
                ",", method.getDeclaringClass().getName() + "." + method.getName() + "(", ")"));
  }
}
