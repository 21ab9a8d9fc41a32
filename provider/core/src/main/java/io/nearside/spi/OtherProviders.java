package io.nearside.spi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns when another JCache provider is on the class path, since JSR-107 then finds none by itself.
 */
final class OtherProviders {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.spi");
  private static final String REGISTRATION = "META-INF/services/javax.cache.spi.CachingProvider";
  private static final String REDISSON = "org.redisson.jcache.JCachingProvider";

  /** Is in Nearside's Redisson only: whoever has left that out means to have Redisson as it is. */
  private static final String OWN_REDISSON = "META-INF/NOTICE.nearside";

  private static final AtomicBoolean LOOKED = new AtomicBoolean();

  private OtherProviders() {}

  static void warnOnce(ClassLoader loader) {
    if (LOOKED.compareAndSet(false, true)) {
      TreeSet<String> others = find(loader);
      if (others.equals(Set.of(REDISSON)) && loader.getResource(OWN_REDISSON) == null) {
        LOG.info(
            "Redisson's own JCache provider is on the class path, so name Nearside where code asks"
                + " for a provider: Caching.getCachingProvider(\"{}\")",
            NearsideCachingProvider.class.getName());
      } else if (!others.isEmpty()) {
        LOG.warn(
            "other JCache providers are on the class path: {}. Caching.getCachingProvider() without a"
                + " name throws \"Multiple CachingProviders\" there. Name Nearside, by"
                + " Caching.getCachingProvider(\"{}\") or"
                + " -Djavax.cache.spi.CachingProvider={}, or take the other out. If it is Redisson's:"
                + " io.nearside:nearside brings Redisson without that registration, so drop your own"
                + " dependency on org.redisson:redisson, or exclude io.nearside:nearside-redisson and"
                + " name the provider.",
            others,
            NearsideCachingProvider.class.getName(),
            NearsideCachingProvider.class.getName());
      }
    }
  }

  private static TreeSet<String> find(ClassLoader loader) {
    TreeSet<String> found = new TreeSet<>();
    try {
      for (URL url : List.copyOf(java.util.Collections.list(loader.getResources(REGISTRATION)))) {
        found.addAll(read(url));
      }
    } catch (IOException e) {
      LOG.debug("can't look for other providers", e);
    }
    found.remove(NearsideCachingProvider.class.getName());
    return found;
  }

  private static List<String> read(URL url) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(url.openStream(), StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .toList();
    }
  }
}
