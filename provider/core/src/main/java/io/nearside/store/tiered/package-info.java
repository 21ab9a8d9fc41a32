/** Two tiers that act as one store: an authority, and copies that are provably fresh. */
@NullMarked
package io.nearside.store.tiered;

import org.jspecify.annotations.NullMarked;
