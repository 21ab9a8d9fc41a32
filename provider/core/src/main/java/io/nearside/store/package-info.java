/** The narrow contract of a tier, {@link io.nearside.store.Store}, and the types it speaks in. */
@NullMarked
package io.nearside.store;

import org.jspecify.annotations.NullMarked;
