/**
 * Values to the source: at once, or by a queue; how a writer is called, and what its failures mean.
 */
@NullMarked
package io.nearside.write;

import org.jspecify.annotations.NullMarked;
