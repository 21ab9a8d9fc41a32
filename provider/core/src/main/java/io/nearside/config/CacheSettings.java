package io.nearside.config;

import io.nearside.Topology;
import java.util.List;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a cache is made of, with every layer of configuration resolved and every check
 * done. Immutable; holds factories, never what they make.
 *
 * @param name the cache's name
 * @param keyType {@code Object.class} when keys are not checked
 * @param valueType {@code Object.class} when values are not checked
 * @param local {@link LocalSettings#NONE} when the topology is remote
 * @param remote {@link RemoteCacheSettings#DEFAULT}, and unused, when the topology is local
 * @param maximumQueuedEvents the bound on events that wait for one asynchronous listener
 * @param writeBehind null if changes reach the writer at once
 * @param notFound null if the source is asked again and again for what it does not have
 */
public record CacheSettings<K, V>(
    String name,
    Class<K> keyType,
    Class<V> valueType,
    Topology topology,
    boolean storeByValue,
    boolean readThrough,
    boolean writeThrough,
    boolean statisticsEnabled,
    boolean managementEnabled,
    ExpirySettings expiry,
    LocalSettings local,
    RemoteCacheSettings remote,
    @Nullable Factory<? extends CacheLoader<K, V>> loader,
    LoadSettings load,
    @Nullable Factory<? extends CacheWriter<? super K, ? super V>> writer,
    List<CacheEntryListenerConfiguration<K, V>> listeners,
    int maximumQueuedEvents,
    @Nullable WriteBehindSettings writeBehind,
    @Nullable NotFoundSettings notFound) {

  /** The events that may wait for one asynchronous listener when nothing is configured. */
  public static final int DEFAULT_MAXIMUM_QUEUED_EVENTS = 10_000;

  public CacheSettings {
    listeners = List.copyOf(listeners);
  }
}
