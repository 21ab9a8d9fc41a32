/** Values from the source: how a loader is called, and what its answers mean. */
@NullMarked
package io.nearside.load;

import org.jspecify.annotations.NullMarked;
