package io.nearside;

import org.jspecify.annotations.Nullable;

/**
 * A write that has failed so often that it is not tried any more by itself.
 *
 * @param value what was to be written; null: the key was to be deleted
 * @param attempts how often the writer was called for it
 * @param failure what the writer threw last
 */
public record ParkedWrite<K, V>(K key, @Nullable V value, int attempts, String failure) {}
