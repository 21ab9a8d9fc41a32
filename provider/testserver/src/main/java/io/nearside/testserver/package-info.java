/** Redis servers for tests: single ones, clusters, and a proxy that misbehaves on request. */
@NullMarked
package io.nearside.testserver;

import org.jspecify.annotations.NullMarked;
