package io.nearside.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A program that has no Micrometer misses nothing, unless it asks for it. */
@Tag("any-jdk")
class WithoutMicrometerTest {

  /** Everything that these tests have but Micrometer, loaded once more. */
  private static URLClassLoader withoutMicrometer() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!entry.contains("micrometer")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static Object manager(ClassLoader loader, Properties properties) throws Exception {
    Class<?> type = loader.loadClass("io.nearside.spi.NearsideCachingProvider");
    Object provider = type.getConstructor().newInstance();
    return type.getMethod("getCacheManager", URI.class, ClassLoader.class, Properties.class)
        .invoke(provider, URI.create("nearside:default?instance=plain"), loader, properties);
  }

  @Test
  void cachesWork() throws Exception {
    try (URLClassLoader loader = withoutMicrometer()) {
      assertThatThrownBy(() -> loader.loadClass("io.micrometer.core.instrument.MeterRegistry"))
          .isInstanceOf(ClassNotFoundException.class);
      Properties properties = new Properties();
      properties.setProperty("nearside.metrics.summary", "1h");
      properties.setProperty("nearside.metrics.registry", "none");
      Object manager = manager(loader, properties);
      try {
        Class<?> configuration = loader.loadClass("javax.cache.configuration.MutableConfiguration");
        Object cache =
            loader
                .loadClass("javax.cache.CacheManager")
                .getMethod(
                    "createCache",
                    String.class,
                    loader.loadClass("javax.cache.configuration.Configuration"))
                .invoke(manager, "orders", configuration.getConstructor().newInstance());
        Class<?> type = loader.loadClass("javax.cache.Cache");
        type.getMethod("put", Object.class, Object.class).invoke(cache, "k", "v");
        assertThat(type.getMethod("get", Object.class).invoke(cache, "k")).isEqualTo("v");
      } finally {
        loader.loadClass("javax.cache.CacheManager").getMethod("close").invoke(manager);
      }
    }
  }

  @Test
  void whoAsksForItIsToldWhatIsMissing() throws Exception {
    try (URLClassLoader loader = withoutMicrometer()) {
      Properties properties = new Properties();
      properties.setProperty("nearside.metrics.registry", "global");
      assertThatThrownBy(() -> manager(loader, properties))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .hasMessageContaining("metrics.registry: global needs Micrometer")
          .hasMessageContaining("io.micrometer:micrometer-core");
    }
  }
}
