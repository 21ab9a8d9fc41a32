package io.nearside.store;

import io.nearside.RemoteUnavailableException;

/**
 * The tier can't answer now.
 *
 * @param cause says why, for those who fail because of it
 */
public record Unavailable<V>(RemoteUnavailableException cause) implements Outcome<V> {}
