package io.nearside.store;

import org.jspecify.annotations.Nullable;

/**
 * What a read found, and, if that is nothing, the reservation of the key.
 *
 * @param reservation null if the read found an entry, or the store is unavailable
 */
public record ReadOrReserved<V>(Outcome<V> outcome, @Nullable Reservation reservation) {}
