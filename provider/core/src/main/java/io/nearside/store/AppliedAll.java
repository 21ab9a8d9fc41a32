package io.nearside.store;

import io.nearside.RemoteUnavailableException;
import java.util.Map;

/**
 * What became of the changes of several keys.
 *
 * @param applied of each key that the store answered for
 * @param failed of each key that it could not
 */
public record AppliedAll<K, V>(
    Map<K, Applied<V>> applied, Map<K, RemoteUnavailableException> failed) {}
