/** Bounds what a call of another system may cost: time, tries and numbers at once. */
@NullMarked
package io.nearside.resilience;

import org.jspecify.annotations.NullMarked;
