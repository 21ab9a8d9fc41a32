/** What applications see of caches in Redis, through the public API and against real servers. */
@NullMarked
package io.nearside.remote;

import org.jspecify.annotations.NullMarked;
