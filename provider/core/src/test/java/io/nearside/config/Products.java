package io.nearside.config;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/** Classes that configurations name. */
public final class Products {
  private Products() {}

  /** Loads the key's text. */
  public static class Loader implements CacheLoader<Long, String> {
    @Override
    public String load(Long key) {
      return key.toString();
    }

    @Override
    public Map<Long, String> loadAll(Iterable<? extends Long> keys) {
      Map<Long, String> loaded = new HashMap<>();
      keys.forEach(key -> loaded.put(key, load(key)));
      return loaded;
    }
  }

  /** Has no public constructor without parameters. */
  public static class PrivateLoader extends Loader {
    private PrivateLoader() {}
  }

  /** Can't be made. */
  public static class FailingLoader extends Loader {
    public FailingLoader() {
      throw new IllegalStateException("no database");
    }
  }

  /** Writes nothing. */
  public static class Writer implements CacheWriter<Long, String> {
    @Override
    public void write(Cache.Entry<? extends Long, ? extends String> entry) {}

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Long, ? extends String>> entries) {}

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(Collection<?> keys) {}
  }

  /** One minute from creation. */
  public static class Policy implements ExpiryPolicy {
    @Override
    public Duration getExpiryForCreation() {
      return Duration.ONE_MINUTE;
    }

    @Override
    public @Nullable Duration getExpiryForAccess() {
      return null;
    }

    @Override
    public @Nullable Duration getExpiryForUpdate() {
      return null;
    }
  }
}
