package io.nearside.cdi;

import java.lang.annotation.Annotation;
import java.util.Set;
import javax.cache.annotation.CacheInvocationParameter;
import org.jspecify.annotations.Nullable;

/** What a call gives for a parameter. */
record Argument(Parameter parameter, @Nullable Object value) implements CacheInvocationParameter {

  /** A parameter of an annotated method. */
  record Parameter(Class<?> type, Set<Annotation> annotations, int position) {
    boolean is(Class<? extends Annotation> annotation) {
      return annotations.stream().anyMatch(annotation::isInstance);
    }
  }

  @Override
  public Class<?> getRawType() {
    return parameter.type();
  }

  @Override
  public @Nullable Object getValue() {
    return value;
  }

  @Override
  public Set<Annotation> getAnnotations() {
    return parameter.annotations();
  }

  @Override
  public int getParameterPosition() {
    return parameter.position();
  }
}
