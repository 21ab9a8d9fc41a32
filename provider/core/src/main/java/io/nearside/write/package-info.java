/** Values to the source: how a writer is called, and what its failures mean. */
@NullMarked
package io.nearside.write;

import org.jspecify.annotations.NullMarked;
