/** A small HTTP service of Quarkus whose methods are cached. */
@NullMarked
package io.nearside.samples.quarkus;

import org.jspecify.annotations.NullMarked;
