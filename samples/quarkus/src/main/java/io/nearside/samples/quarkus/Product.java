package io.nearside.samples.quarkus;

/** What the shop sells; the price is in cents. */
public record Product(long id, String name, long price) {}
