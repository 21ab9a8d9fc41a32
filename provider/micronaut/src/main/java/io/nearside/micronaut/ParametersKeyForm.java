package io.nearside.micronaut;

import io.micronaut.cache.interceptor.ParametersKey;
import io.nearside.codec.KeyForm;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names entries in Redis by the keys that Micronaut makes of none or several parameters; found by
 * the cache manager.
 */
public final class ParametersKeyForm implements KeyForm<ParametersKey> {
  private static final Field PARAMETERS = parameters();

  /** For {@link java.util.ServiceLoader}. */
  public ParametersKeyForm() {}

  /** Micronaut gives them to nobody. */
  private static Field parameters() {
    try {
      Field field = ParametersKey.class.getDeclaredField("params");
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("this version of micronaut-cache is not supported", e);
    }
  }

  @Override
  public Class<ParametersKey> type() {
    return ParametersKey.class;
  }

  @Override
  public String prefix() {
    return "micronaut.parameters";
  }

  @Override
  public List<@Nullable Object> parts(ParametersKey key) {
    try {
      return Collections.unmodifiableList(
          Arrays.<@Nullable Object>asList((@Nullable Object[]) PARAMETERS.get(key)));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  @SuppressWarnings("NullAway") // a parameter may be null
  public ParametersKey key(List<? extends @Nullable Object> parts) {
    return new ParametersKey(parts.toArray());
  }
}
