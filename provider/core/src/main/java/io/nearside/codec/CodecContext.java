package io.nearside.codec;

/**
 * What a codec is made for.
 *
 * @param cacheName for messages
 * @param keyType {@code Object.class} when keys are not checked
 * @param valueType {@code Object.class} when values are not checked
 * @param loader finds the classes of values: the cache manager's
 * @param allowed what may be read and written
 */
public record CodecContext(
    String cacheName,
    Class<?> keyType,
    Class<?> valueType,
    ClassLoader loader,
    AllowList allowed) {}
