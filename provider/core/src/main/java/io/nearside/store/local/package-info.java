/** The local tier, over Caffeine. */
@NullMarked
package io.nearside.store.local;

import org.jspecify.annotations.NullMarked;
