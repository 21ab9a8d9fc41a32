package io.nearside.store.remote;

import org.jspecify.annotations.Nullable;

/**
 * What the removal of an expired entry came to.
 *
 * @param status {@code DONE}: this call has removed it; {@code NOT_MET}: it is another one, gone or
 *     live
 * @param prior the envelope that was removed, if asked for
 */
record ExpireReply(ScriptStatus status, byte @Nullable [] prior) {}
