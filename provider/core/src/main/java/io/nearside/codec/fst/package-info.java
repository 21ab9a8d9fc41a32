/** Codec {@code fst}: FST, kept away from what it can't reach or would get wrong. */
@NullMarked
package io.nearside.codec.fst;

import org.jspecify.annotations.NullMarked;
