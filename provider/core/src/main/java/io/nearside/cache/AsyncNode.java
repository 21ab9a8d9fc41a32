package io.nearside.cache;

import java.util.concurrent.Executor;

/**
 * What the asynchronous views of a manager's caches share.
 *
 * @param tasks runs what may wait; not in the caller's thread
 * @param replies runs what does not wait, such as what follows an answer of Redis; likewise
 */
public record AsyncNode(Executor tasks, Executor replies) {}
