package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import org.jspecify.annotations.Nullable;

/** One of many: a reply, or why there is none; exactly one of them is null. */
record Attempt<R>(@Nullable R reply, @Nullable RemoteUnavailableException failure) {}
