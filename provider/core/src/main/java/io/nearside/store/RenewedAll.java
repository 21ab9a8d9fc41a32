package io.nearside.store;

import io.nearside.RemoteUnavailableException;
import java.util.Map;
import java.util.Set;

/**
 * What became of several renewals.
 *
 * @param expired the keys whose entries have expired meanwhile
 * @param failed the keys whose entries could not be renewed; they are taken for live
 */
public record RenewedAll<K>(Set<K> expired, Map<K, RemoteUnavailableException> failed) {}
