/** The semantics of JSR-107, each rule in one home, over whatever store there is. */
@NullMarked
package io.nearside.cache;

import org.jspecify.annotations.NullMarked;
