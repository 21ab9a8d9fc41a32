package io.nearside.spring;

import io.nearside.codec.KeyForm;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.interceptor.SimpleKey;

/**
 * Names entries of methods with no argument, or several, in Redis; found by the cache manager. Such
 * a key does not show what it is made of, so its field is read.
 */
public final class SimpleKeyForm implements KeyForm<SimpleKey> {
  private static final Field PARAMETERS = parameters();

  /** For {@link java.util.ServiceLoader}. */
  public SimpleKeyForm() {}

  private static Field parameters() {
    try {
      Field field = SimpleKey.class.getDeclaredField("params");
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(
          "SimpleKey of this Spring has no \"params\": give @Cacheable a key of its own", e);
    }
  }

  @Override
  public Class<SimpleKey> type() {
    return SimpleKey.class;
  }

  @Override
  public String prefix() {
    return "spring.key";
  }

  @Override
  public List<@Nullable Object> parts(SimpleKey key) {
    try {
      return Arrays.asList((@Nullable Object[]) PARAMETERS.get(key));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public SimpleKey key(List<? extends @Nullable Object> parts) {
    return new SimpleKey(parts.toArray());
  }
}
