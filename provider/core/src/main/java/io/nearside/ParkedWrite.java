package io.nearside;

import org.jspecify.annotations.Nullable;

/**
 * A write that has failed so often that it is not tried any more by itself.
 *
 * @param value what was to be written; null if the key was to be deleted, and if the value is
 *     unreadable
 * @param unreadable whether this node can't read the value, for its bytes in Redis are damaged or
 *     its classes or {@code allowedTypes} lack something: replay it on a node that can, or drop it
 * @param attempts how often the writer was called for it
 * @param failure what the writer threw last
 */
public record ParkedWrite<K, V>(
    K key, @Nullable V value, boolean unreadable, int attempts, String failure) {}
