/** Micrometer: the one home of its meters and observations, which a program need not have. */
@NullMarked
package io.nearside.observe.micrometer;

import org.jspecify.annotations.NullMarked;
