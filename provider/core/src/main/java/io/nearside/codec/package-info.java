/** Values in and out: copies for store-by-value, and later bytes for the wire. */
@NullMarked
package io.nearside.codec;

import org.jspecify.annotations.NullMarked;
