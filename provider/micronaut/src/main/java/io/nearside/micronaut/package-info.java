/**
 * The cache manager as a bean of a Micronaut application: made from its configuration, asked by
 * {@code @Cacheable} and its kin, shown by the health endpoint.
 */
@NullMarked
package io.nearside.micronaut;

import org.jspecify.annotations.NullMarked;
