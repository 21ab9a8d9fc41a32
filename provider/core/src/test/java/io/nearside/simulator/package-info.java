/**
 * Runs the real two-tier protocol against an authority that misbehaves in every way it may, and
 * checks what is promised.
 */
@NullMarked
package io.nearside.simulator;

import org.jspecify.annotations.NullMarked;
