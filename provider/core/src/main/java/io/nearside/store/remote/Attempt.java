package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** One of many: a reply, or why there is none; exactly one of them is null. */
record Attempt<R>(@Nullable R reply, @Nullable CacheException failure) {

  /** Whether it is likely that nobody answers the next one either. */
  boolean isOutage() {
    return failure instanceof RemoteUnavailableException away
        && away.reason() == Reason.UNREACHABLE;
  }

  /** The failure where only an outage is expected: an error is as good as one. */
  @Nullable RemoteUnavailableException unavailable() {
    return (failure == null || failure instanceof RemoteUnavailableException)
        ? (RemoteUnavailableException) failure
        : new RemoteUnavailableException(
            String.valueOf(failure.getMessage()), Reason.REFUSED, false, failure);
  }
}
