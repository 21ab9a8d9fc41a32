package io.nearside.codec;

/**
 * A value as it travels.
 *
 * @param codecId who reads it
 * @param compression how its bytes are made smaller: 0 not, 1 LZ4, 2 zstd, 3 deflate
 * @param bytes not copied; nobody may change them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Payload(int codecId, int compression, byte[] bytes) {}
