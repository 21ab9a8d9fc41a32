package io.nearside.samples.quickstart;

import java.io.Serializable;
import java.net.URI;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What a node must know to open its shop.
 *
 * @param uri the cache manager's; null for the provider's default
 * @param properties the cache manager's
 * @param database its JDBC URL
 */
record Setup(
    Settings settings, Place place, @Nullable URI uri, Properties properties, String database)
    implements Serializable {

  /** The same for another node. */
  Setup at(Place other) {
    return new Setup(settings, other, uri, properties, database);
  }
}
