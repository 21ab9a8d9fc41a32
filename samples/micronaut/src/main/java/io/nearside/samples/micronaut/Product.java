package io.nearside.samples.micronaut;

/** What the shop sells; the price is in cents. */
record Product(long id, String name, long price) {}
