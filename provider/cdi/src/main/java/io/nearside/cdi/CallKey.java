package io.nearside.cdi;

import java.io.Serializable;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.cache.annotation.CacheInvocationParameter;
import javax.cache.annotation.CacheKeyInvocationContext;
import javax.cache.annotation.GeneratedCacheKey;
import org.jspecify.annotations.Nullable;

/**
 * The key of an annotated method's entry, unless it has a key generator of its own: those of its
 * arguments that belong to the key, in their order. Immutable as far as they are.
 *
 * @param arguments with arrays in a form that is equal when they are, element by element
 */
public record CallKey(List<@Nullable Object> arguments) implements GeneratedCacheKey {

  /** Takes a copy of the list, and of all arrays in it. */
  public CallKey(List<@Nullable Object> arguments) {
    List<@Nullable Object> comparable = new ArrayList<>(arguments.size());
    arguments.forEach(argument -> comparable.add(comparable(argument)));
    this.arguments = Collections.unmodifiableList(comparable);
  }

  /**
   * The key of a call with these arguments: to look at an entry by hand, to warm or to remove it.
   */
  public static CallKey of(@Nullable Object... arguments) {
    return new CallKey(Arrays.asList(arguments));
  }

  static CallKey of(CacheKeyInvocationContext<?> call) {
    return of(
        Arrays.stream(call.getKeyParameters()).map(CacheInvocationParameter::getValue).toArray());
  }

  private static @Nullable Object comparable(@Nullable Object argument) {
    if (argument == null || !argument.getClass().isArray()) {
      return argument;
    }
    Class<?> type = argument.getClass().getComponentType();
    List<@Nullable Object> elements = new ArrayList<>();
    for (int i = 0; i < Array.getLength(argument); i++) {
      elements.add(comparable(Array.get(argument, i)));
    }
    return new ArrayKey(
        type.isPrimitive() ? type.getName() : "", Collections.unmodifiableList(elements));
  }

  /** As {@link Arrays#deepEquals} goes: arrays of primitives equal those of the same alone. */
  record ArrayKey(String primitive, List<@Nullable Object> elements) implements Serializable {}
}
