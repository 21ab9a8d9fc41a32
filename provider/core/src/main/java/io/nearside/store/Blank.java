package io.nearside.store;

/**
 * In the place of a reservation: the source had nothing for the key a moment ago, so nothing need
 * be loaded. Need not be released.
 *
 * @param until when that ends, in nanoseconds of {@link Clock#nanos}
 */
public record Blank(long until) implements Reservation {}
