package io.nearside.store;

/** A change of one key that was loaded under a reservation. */
public record Fill<V>(Reservation reservation, Change<V> change) {}
