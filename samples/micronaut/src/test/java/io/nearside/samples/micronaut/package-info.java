/** The sample on two nodes. */
@NullMarked
package io.nearside.samples.micronaut;

import org.jspecify.annotations.NullMarked;
