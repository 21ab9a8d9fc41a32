/** A small HTTP service of Micronaut whose methods are cached. */
@NullMarked
package io.nearside.samples.micronaut;

import org.jspecify.annotations.NullMarked;
