/** What stands between a call and a server that may be away: time-out, circuit breaker, bound. */
@NullMarked
package io.nearside.resilience;

import org.jspecify.annotations.NullMarked;
