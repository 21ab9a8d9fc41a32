/** The remote tier: entries in Redis, through Redisson. The only importer of Redisson and Netty. */
@NullMarked
package io.nearside.store.remote;

import org.jspecify.annotations.NullMarked;
