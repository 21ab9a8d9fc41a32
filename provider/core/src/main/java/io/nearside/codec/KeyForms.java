package io.nearside.codec;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** The {@link KeyForm}s of one cache manager, by class and by prefix. Immutable. */
public final class KeyForms {
  private static final Pattern PREFIX =
      Pattern.compile("(?=.{3,32}$)[a-z][a-z0-9-]*(\\.[a-z0-9-]+)+");

  private final Map<Class<?>, KeyForm<?>> byType = new HashMap<>();
  private final Map<String, KeyForm<?>> byPrefix = new HashMap<>();

  private KeyForms(Iterable<? extends KeyForm<?>> forms) {
    forms.forEach(this::add);
  }

  /**
   * The forms that the class loader's services name.
   *
   * @throws CacheException if one can't be made, has a wrong prefix, or two meet
   */
  @SuppressWarnings({"rawtypes", "unchecked"})
  public static KeyForms of(ClassLoader loader) {
    try {
      return new KeyForms((Iterable) ServiceLoader.load(KeyForm.class, loader));
    } catch (ServiceConfigurationError e) {
      throw new CacheException("a KeyForm can't be used: " + e.getMessage(), e);
    }
  }

  /**
   * These forms alone.
   *
   * @throws CacheException if one has a wrong prefix, or two meet
   */
  public static KeyForms of(Collection<? extends KeyForm<?>> forms) {
    return new KeyForms(forms);
  }

  private void add(KeyForm<?> form) {
    String name = form.getClass().getName();
    if (!PREFIX.matcher(form.prefix()).matches()) {
      throw new CacheException(
          "KeyForm "
              + name
              + ": prefix must be 3 to 32 of a-z 0-9 - . with a dot in it, such as shop.money, was \""
              + form.prefix()
              + '"');
    }
    if (KeyAtoms.knows(form.type()) || form.type().isArray() || form.type().isEnum()) {
      throw new CacheException(
          "KeyForm " + name + ": " + form.type().getName() + " can't have a form of its own");
    }
    refuse(name, form.type().getName(), byType.put(form.type(), form));
    refuse(name, '"' + form.prefix() + '"', byPrefix.put(form.prefix(), form));
  }

  private static void refuse(String name, String what, @Nullable KeyForm<?> other) {
    if (other != null) {
      throw new CacheException(
          "two KeyForms for " + what + ": " + other.getClass().getName() + " and " + name);
    }
  }

  @Nullable KeyForm<?> of(Class<?> type) {
    return byType.get(type);
  }

  @Nullable KeyForm<?> ofPrefix(String prefix) {
    return byPrefix.get(prefix);
  }
}
