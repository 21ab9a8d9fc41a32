package io.nearside.store;

import org.jspecify.annotations.Nullable;

/**
 * What a read found, and, if that is nothing, the reservation of the key.
 *
 * @param reservation null if the read found an entry, or the store was not asked; if it is
 *     unavailable, one that does not stand, or null
 */
public record ReadOrReserved<V>(Outcome<V> outcome, @Nullable Reservation reservation) {}
