package io.nearside.cache;

import java.util.concurrent.Executor;

/**
 * What the asynchronous views of a manager's caches share.
 *
 * @param tasks runs what may wait; not in the caller's thread
 * @param fills runs what may wait for Redis, but for nothing else: who waits in {@code tasks} may
 *     wait for it; likewise
 * @param replies runs what does not wait, such as what follows an answer of Redis; likewise
 */
public record AsyncNode(Executor tasks, Executor fills, Executor replies) {}
